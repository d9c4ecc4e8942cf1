/** The English words of every problem: what was given, what was wanted, what to do. `{name}` is filled from the parameters. */
import { pictureWords } from './pictures.ts'

export const problemWords = {
  unexpected: 'Something went wrong that Sightline did not foresee: {message}',

  // the document
  'document.not-json': 'This file is not valid JSON ({message}). Open a Sightline pipeline (.sightline.json).',
  'document.not-a-pipeline': 'This file is not a Sightline pipeline: {where} {message}.',
  'document.newer':
    'This pipeline was made by a newer Sightline (format version {version}; this one reads up to {known}). Update Sightline to open it; the file was left as it is.',
  'document.too-many':
    'This pipeline has more than {limit} values, the most that can be read. Remove what is not needed.',
  'document.too-many-nodes': 'This pipeline has {given} {what}; it may have {limit}. Split it into several.',
  'document.too-large': 'This pipeline file is too large ({bytes} bytes; the limit is {limit}).',
  'document.too-deep':
    'This pipeline file is nested deeper than {limit} levels, which no pipeline needs. It was not opened.',
  'document.not-saved':
    'This pipeline was not saved, because it could not be opened again: {reason}. The file on the disk is untouched. Undo the change, or make the pipeline smaller, and save again.',
  'document.unsafe-key': 'This pipeline file has a key named "{key}", which is not allowed. It was not opened.',
  'document.duplicate-id': 'Two nodes are called "{id}". Every node needs an id of its own.',
  'about.wrong': 'This pipeline cannot be shown in the gallery: {where} {message}.',
  'lesson.wrong': 'The lesson of this pipeline cannot be shown: {where} {message}.',
  'lesson.missing':
    'Step {step} of the lesson names {what} "{name}", which is not in the pipeline; it has {known}. Undo the change that removed it, or open the lesson again.',
  'lesson.no-value':
    'There is no number at {what} yet. Wait until the pipeline has run, or fix the nodes shown in red.',
  'gallery.unknown': 'There is no "{id}" in the gallery; it has {known}.',
  'gallery.no-picture':
    'The output "{port}", which should be its picture in the gallery, is not a picture. Name an output that is one under "about".',
  'drop.refused': `"{name}" cannot be opened here. Drop a pipeline (.sightline.json), pictures (${pictureWords}), a folder of pictures, a 3D scene, points (.pcd, .las, .laz, .xyz, .pts) or a model (.onnx, .tflite, or model.json with its weights).`,
  'drop.model-parts':
    '"{name}" has its weights in other files, which were not dropped with it: {missing}. Drop all of them together, or the folder that they are in.',
  'drop.folder-empty': 'The folder "{name}" has no pictures in it (its subfolders are not searched).',
  'drop.folder-large':
    'The folder "{name}" has {count} pictures; at most {limit} become nodes of their own. Add the node "Folder" and choose it there.',
  'scene.unknown': '"{name}" is not a 3D scene that Sightline shows (.{known}).',
  'scene.not-a-scene': '"{name}" is not what its extension says: {given}. Export the scene again as .{known}.',
  'scene.truncated': '"{name}" is incomplete: it has {given} bytes of {wanted}. Copy or download it again.',
  'scene.damaged': '"{name}" could not be read as a 3D scene ({message}). Copy or export it again.',
  'scene.too-packed':
    '"{name}" says that it unpacks to {given} MB; a scene may have {limit} MB, and no real one is packed so tightly ({packed} MB). Export it again.',
  'scene.packing': 'A packed part of this 3D scene cannot be unpacked: {message}. Copy or export the file again.',
  'view.no-picture': 'There is no picture of "{node}" yet. Run the pipeline, then try again.',
  'scene.nothing': '"{name}" has no splats in it, so there is nothing to show.',
  'scene.too-large':
    '"{name}" has {given} MB; up to {limit} MB are shown. Convert it to .spz or .sog, which take about a tenth.',
  'scene.no-sog-list':
    '"{name}" is not the list of an unpacked .sog scene (meta.json). Choose the meta.json that lies beside its pictures, or a packed .sog.',
  'scene.no-level-list':
    '"{name}" is not the list of a .sog with levels of detail. Choose the lod-meta.json that lies beside the folders that it names, or export the scene again.',
  'scene.laz':
    '"{name}" is packed in a form of LAZ that Sightline does not read ({given}). Unpack it to a .las, for example with: pdal translate in.laz out.las',
  'scene.sog-alone':
    '"{name}" lists the pictures of an unpacked .sog scene, and "{missing}" did not come with it. Drop the whole folder, or choose this file in the dialog.',
  'scene.levels-alone':
    '"{name}" lists folders of a .sog with levels of detail, which a dropped file does not bring along. Add the node "Load splats" and choose the file there.',
  'scene.changed': '"{name}" changed while it was read. Open it again.',
  'file.no-cameras':
    '"{name}" is not a set of cameras. Choose cameras.bin or cameras.txt of a COLMAP model (in sparse/0), or a transforms.json. Photos without cameras: run COLMAP or Nerfstudio’s ns-process-data on them first.',
  'cameras.damaged':
    '"{name}" could not be read as cameras: {message}. Export it again, or choose the file of another set.',
  'cameras.fisheye':
    '"{name}" has cameras of the model {model}, which see too wide for a pinhole camera. Undistort the pictures: colmap image_undistorter.',
  'cameras.none': '"{name}" has no camera in it. COLMAP writes one for each picture whose place it found.',
  'file.no-pictures':
    'The picture "{name}" of these cameras is not in "{folder}", nor in the folders where such sets usually keep them. Choose the folder of the pictures.',
  'splats.views':
    'There are {pictures} pictures and {cameras} cameras. Give a camera for each picture, in the same order. For photos, COLMAP or Nerfstudio’s ns-process-data finds the cameras.',
  'splats.held': 'All {pictures} pictures would be held out (every {hold}). Give more of them, or hold out none (0).',
  'splats.lost':
    'After {step} steps the pictures have no difference that can be measured: numbers became too large. Start again with another seed, or with fewer splats.',
  'scene.no-webgl':
    'This window has no WebGL 2, which draws 3D scenes. Turn on hardware acceleration in your browser’s settings, or update the graphics driver, and try again.',
  'scene.no-picture': 'This browser cannot make a picture this large. Choose a smaller width.',
  'scene.no-film': 'This browser cannot encode a film as {format}. Save it in another format, or its frames as PNG.',
  'scene.no-viewer':
    'The page that shows shared scenes is missing from this Sightline. Install it again, or run "npm run build".',
  'scene.page-too-large':
    'As one file the page would have {given} MB; up to {limit} MB can be sent and opened everywhere. Save it as a folder, or take fewer splats (Decimate).',
  'scene.packed-again': 'The scene was packed again in another window of this pipeline. Open Share once more.',
  'scene.packing-cancelled': 'Packing the scene was cancelled.',
  'scene.lost': 'This window lost its graphics context (the driver restarted, or memory ran out).',
  'edit.impossible': 'This change is not possible: {message}.',

  // nodes and wires
  'node.unknown-type':
    'This Sightline has no node of type "{type}". Its settings and wires are kept; install or update whatever provides it.',
  'node.newer':
    'This node was saved by a newer Sightline (version {version}; this one knows {known}). Update Sightline to run it.',
  'param.invalid': 'Parameter "{param}" is {given}; wanted {wanted}.',
  'param.unknown': 'There is no parameter "{param}" on {type}; it has {known}.',
  'input.waiting': 'Waiting for {wanted} at "{port}".',
  'boxes.no-score':
    '{count} of {of} boxes have no score (NaN), so nobody can say which box is the best. Look at the network that made them, and at what it was shown.',
  'classify.names':
    '"{path}" has {given} names, but the network gives {wanted} numbers. Choose the file that belongs to the network.',
  'classify.names-form':
    '"{path}" has no names: write one a line, or a JSON list of names, or a JSON object with a name for each number.',
  'classify.no-class':
    'The name "{name}" tells no class. Wanted: a folder for each class (give the folder node the names */*), or files called as their class (cat_12.jpg).',
  'detect.names':
    '"{path}" has {given} names, but the network tells {wanted} classes apart. Write one name a line, in the order of the classes.',
  'pose.points':
    '{points} points came with {boxes} boxes, but {wanted} or more are needed for each box. Wire the points of the detector that found the boxes.',
  'detect.rows':
    'There are {count} boxes and scores of the shape {given}; wanted is one row for each box: boxes × classes.',
  'detect.deltas':
    'There are {count} boxes, but the numbers that move them have the shape {given}. Give one row for each box: boxes × 4, or four for each class.',
  'detect.delta-class':
    'A box has the class {id} ("{name}"), but there are numbers to move it for {count} classes only. Give four for each class, or four for all.',
  'detect.no-truth': 'There is no true box to move to. Wire the right boxes of this picture.',
  'detect.shape':
    'The network gives {given}; this format has {wanted}. Choose the format of the network, and wire the picture that it was shown.',
  'model.one-picture':
    '"{path}" has {inputs} inputs and {outputs} outputs; in tiles runs a network with one picture as input and one as output. Use the node for its file instead.',
  'text.characters':
    '"{path}" does not have the characters of this network, which tells {classes} apart: one of them is none, and a space may be another. Choose the file that came with the network.',
  'masks.shape':
    'There are {count} boxes and masks of the shape {given}; wanted is one square mask for each box: boxes × 1 × rows × columns.',
  'sam.shape':
    'The masks ({masks}), scores ({scores}) and labels ({labels}) do not belong together: masks are objects × candidates × rows × columns, scores objects × candidates, labels objects × prompts. Wire all three from the same decoder and prompts.',
  'annotations.wrong':
    '"{path}" is no file of annotations in this format: {message}. Choose the format, or another file.',
  'annotations.no-picture':
    '"{path}" has no annotations for the picture "{name}". Pictures are found by the names of their files; choose the annotations of this folder.',
  'measure.no-common':
    'None of the {found} pictures has annotations among the {known} that are given. Wire the annotations of these pictures: they are found by the names of the files.',
  'measure.none-listed': 'The list has no pictures. Choose another cell of the matrix, or another point of the curve.',
  'match.no-descriptors': 'The keypoints at "{input}" have no descriptors to compare. Wire them from SIFT or ORB.',
  'match.unlike':
    'The descriptors have {first} and {second} numbers and cannot be compared. Use the same node for both pictures.',
  'hog.own-window':
    'Without weights, this looks for people in windows of 64 × 128 pixels with 3780 numbers; this window of {width} × {height} has {given}. Reset the window, cells and bins, or wire your own weights.',
  'hog.window':
    'A window of {width} × {height} pixels cannot be divided into cells of {cell}. Give whole cells, at least {least} pixels.',
  'homography.few':
    'There are {given} matches, and a homography needs four. Lower the thresholds of the detector, or raise the ratio of the matching.',
  'homography.degenerate':
    'No four of the {given} matches fix a homography: they lie on one line or at one place, or no four agree. Take pictures that overlap more, or raise the threshold.',
  'stitch.horizon':
    'The matrix does not lay one picture beside the other: it turns a part of it inside out. Look at the matches, or take pictures that overlap more.',
  'stitch.size':
    'Together they would have {width} × {height} pixels, and at most {most} megapixels are made. Look at the matches, or make the pictures smaller.',
  'svm.no-examples':
    'There is no example of "{name}" to learn from. Label more boxes, or change the overlap from which a box counts.',
  'ridge.no-examples':
    'No box overlaps a true box enough to learn from. Lower the overlap from which a box counts, or give more boxes.',
  'sockets.reading': 'Waiting for its inputs and outputs, which the file tells.',
  'input.upstream': 'Not run, because "{node}" before it failed.',
  'graph.cycle': 'These wires form a cycle ({path}), so no node can run first. Remove one of them.',
  'graph.recursion': 'The subgraph "{name}" contains itself ({path}). Remove that node.',
  'graph.unknown-subgraph': 'There is no subgraph called "{name}" in this pipeline.',
  'graph.built-in':
    'The nodes inside "{title}" belong to Sightline and cannot be changed. Make your own copy, and change that.',
  'graph.too-large':
    'The subgraph "{name}" stays closed: subgraphs may hold {limit} nodes in all and be nested {depth} deep. Use fewer of them.',
  'plot.empty': 'The table has no rows, so there is nothing to draw. Look at what comes before.',
  'plot.column': 'The table has no column "{given}"; it has {known}. Write one of these, as it is spelled there.',
  'plot.place':
    'Row {row} has "{given}" in column "{column}", and the axis needs {wanted}. Choose another column for the axis.',
  'plot.no-numbers':
    'None of these columns has numbers that could be drawn: {given}. Name columns with numbers under "Curves".',
  'sweep.no-node': 'There is no node for "{given}" to vary. Name a node and its parameter; here there are {known}.',
  'sweep.no-param': 'The parameter "{given}" cannot be varied. Name one of {known}.',
  'sweep.no-values': 'No values of {of} are given. Write them with commas between, such as 1, 2, 4.',
  'sweep.value': '{of} does not take {given}. Write values that its form takes, with commas between.',
  'sweep.twice': '{of} is named twice. Name another parameter, or leave the second one empty.',
  'sweep.cells': 'The grid would have {given} cells; the limit is {most}. Give fewer values.',
  'sweep.not-before': '{of} makes no difference to what is wired here. Wire a result that comes after its node.',
  'sweep.effect':
    '"{title}" would run once for each cell, and it writes files or plays. Wire a result that comes before it.',
  'sweep.too-large': 'The sweep would make more than {limit} nodes. Give fewer values.',
  'sweep.sizes': 'The pictures of the cells have {a} and {b}. Convert them to the same channels first.',
  'wire.no-node': 'This wire ends at "{node}", which does not exist.',
  'wire.no-port': 'The node "{node}" has no {side} called "{port}"; it has {known}.',
  'wire.second': 'The input "{port}" already has a wire; it takes one.',
  'wire.type': 'This gives {given}; "{port}" needs {wanted}.',
  'shape.mismatch': 'The two pictures differ in {what}: {a} and {b}. {advice}',
  'shape.out-of-bounds':
    '{what} extends outside the picture: {given}, but the picture is {size}. Make it smaller or move it.',
  'value.too-large':
    'The result would be {given} ({bytes} MB), more than the limit of {limit} MB. Choose a smaller size or raise the memory limit.',
  'memory.full':
    'Not enough memory: {wanted} MB more are needed, {free} of {budget} MB are free. Close pictures or raise the memory limit (--memory).',
  'op.unsupported': '{op} does not take {given}; it takes {wanted}.',
  'run.cancelled': 'Cancelled.',
  'run.explicit': 'This node runs only when you press Run.',
  'sequence.empty': 'The sequence has no elements. Look at what comes before: no boxes were found, or no pictures.',
  'sequence.too-deep': 'Sequences are nested {depth} deep; the limit is {limit}. Collect one of them before this node.',
  'sequence.lengths':
    'The sequences at "{a}" and "{b}" have different lengths ({na} and {nb}). Give both the same number of elements.',
  'sequence.index': 'Element {index} was requested, but the sequence has {length}.',
  'gpu.none': 'The GPU cannot be used: {reason}. Leave --device out, or choose the processor in the settings.',
  'gpu.lost':
    'The GPU ({name}) was lost: {reason}. Results that were only there are being computed again on the processor; nothing else changed. Start Sightline again to use the GPU.',
  'job.checkpoint-too-large':
    'The state of this job takes {bytes} MB; the limit is {limit} MB, so it cannot be paused or resumed. Give it less to remember.',
  'job.not-kept': 'The result could not be kept for the next start: {message}',
  'feed.ended': 'The source ended after {given} of {wanted} frames. Ask for fewer with --frames.',
  'camera.denied':
    'The camera may not be used. Allow it for this page in the browser, or for Sightline in the settings of the system, and press Play again.',
  'camera.none': 'No camera was found. Connect one and press Play again, or try the pipeline with a test source.',
  'camera.unknown': 'There is no camera called "{name}"; there are {known}. Leave the name empty for any.',
  'camera.busy': 'The camera cannot be read: {message}. Close other programs that use it, and press Play again.',
  'camera.lost': 'The camera "{name}" was disconnected. Connect it and press Play again.',
  'camera.insecure':
    'Browsers give cameras only to pages of this computer, or over https. Open Sightline on the computer that has the camera.',
  'camera.no-window':
    'There is no window here through which a camera could be opened. Use a folder of pictures, or open the pipeline in the window.',
  'steps.none': 'This node is not told step by step.',
  'model.ran': 'Ran with {runtime} on {provider}.',
  'model.ran-on-cpu': 'It has no {operators} there, so these ran on the CPU ({count} in all).',
  'model.provider-failed': '{provider} failed ({message}), so it was not used.',
  'network.none': 'This node has no network. Choose one that has one, such as ONNX model or Architecture.',
  'network.unknown': 'The network is not known yet. Wire one to this node, and see what its problem is.',
  'steps.too-large':
    'Its inputs hold {given} numbers; step by step it is told for up to {limit}. Make them smaller before this node.',
  'work.failed': 'The calculation "{name}" failed: {message}. Please report this.',
  'work.ended':
    'The calculation "{name}" ended without a result: {how}. Run it again, with less at one time if memory ran out; report it if that does not help.',
  'kernel.failed': 'The calculation "{kernel}" failed: {message}. Please report this.',

  // models
  'model.unknown': 'Sightline knows no model called "{name}"; it knows {known}.',
  'model.not-installed':
    'The model "{name}" is not installed ("{path}" is missing). Install it from the Models panel, or with: sightline models pull {name} --yes',
  'model.not-genuine':
    'The {what} downloaded for "{name}" is not the one in the manifest (its hash differs), so nothing was installed. Try again; if it happens again, do not use it.',
  'model.altered':
    'The file "{path}" is not as it was installed (its hash differs from the manifest), so it is not opened. Install it again: sightline models remove {name}, then sightline models pull {name} --yes',
  'model.package-refused':
    'The package of "{name}" was refused: {reason}. Nothing was installed; do not use this package.',
  'model.none-there':
    '"{path}" has no model that Sightline knows. Give the folder of an installed model or one with several of them, as copied from another computer, or the package itself (.tgz). It knows {known}.',
  'model.unreachable':
    'The package of "{name}" could not be downloaded: {message}. Check the connection and try again; nothing was installed.',
  'hub.address': '"{given}" is no address of a model on a hub. Write hf:OWNER/REPO, or hf:OWNER/REPO/FILE.',
  'hub.unknown':
    'The hub {hub} shows no model "{repo}". Check the name; if it is private, keep a token that may read it: sightline models token',
  'hub.gated':
    'The hub {hub} gives "{repo}" only to those who accepted its terms. Accept them there, and keep a token: sightline models token',
  'hub.no-file':
    '"{repo}" has no file "{file}" that can be downloaded; it has {known}. Name one of them: hf:{repo}/FILE',
  'hub.mirror':
    '"{given}" is not the address of a hub: it must begin with https:// (http:// is allowed only for a server on this machine). Change it in the settings, or HF_ENDPOINT.',
  'hub.token':
    'This is not a token. A token has only letters, digits, dots, hyphens and underscores, at most 200 of them.',
  'model.no-runtime': 'The model "{path}" cannot be run here: {reason}.',
  'model.not-a-model': '"{path}" is not a model that Sightline runs ({known}). {given}',
  'model.truncated': '"{path}" is incomplete: {message}. Copy or download it again.',
  'model.changed': '"{path}" changed while it was read. Run again.',
  'model.too-large':
    'The model "{path}" takes about {given} MB; up to {limit} MB are left for models. Raise the memory limit (--memory), or use a smaller model.',
  'model.unsupported-operator':
    '"{path}" uses the operator {given}, which {runtime} does not have ({message}). Export the model again with operators that it has.',
  'network.shapes':
    'The layer "{layer}" ({title}) takes {wanted}; {given} came. Change its settings, or the layers before it.',
  'network.too-large':
    'The layer "{layer}" would give {given} numbers, more than memory can hold. Choose smaller settings.',
  'network.too-many': 'The network would have {given} layers; the limit is {limit}.',
  'network.no-picture':
    'This network takes {given} numbers, not a picture. A network for pictures begins with channels × height × width.',
  'network.loss-lost':
    'The loss was {given} in step {step} of epoch {epoch}, so the training was stopped: there is nothing sensible to keep yet. Lower the learning rate ({rate}), clip the gradient, or look for such numbers in the data.',
  'network.answers':
    'The network gives {given} for each example, and its right answers are {targets}. Give one class for each example to a network that ends in a row, one for each pixel to one that ends in pictures.',
  'network.examples':
    'The network takes {wanted}; the examples are {given}. Change the input of the network, or the size of the examples.',
  'network.no-gradient':
    'No gradient goes through the layer "{layer}" ({title}): {reason}. Use another layer there. To train anyway, freeze all layers up to it; to see what counts, choose a layer after it.',
  'gan.pictures':
    'The generator makes {given}, and the discriminator takes {wanted}. Change the last layers of the generator, or the input of the discriminator.',
  'gan.verdict':
    'The discriminator gives {given} for each picture, but must give one number: how real the picture looks. End it with a linear layer of 1 feature, without a sigmoid.',
  'gan.batch-norm':
    'The critic has a batch norm ("{layer}"), but WGAN-GP needs the slope at each picture independently of the others in the batch. Use layer norm, instance norm or no norm there.',
  'gan.loss-lost':
    'The loss of the {which} was {given} in step {step}, so the training was stopped: there is nothing sensible to keep yet. Lower the learning rate ({rate}), or look for such numbers in the pictures.',
  'network.groups':
    'The learning rates have "{given}", which is not a layer and a factor. Write the name of a layer or stage, a space, and a number: "layer4 0.1", with commas between.',
  'network.nothing-learns':
    'Nothing is left to learn: of the {layers} layers of the network none has weights that may change. Freeze fewer layers, or add one with weights.',
  'network.layer-unknown': 'The network has no layer "{given}". It has {known}, and others: Network summary lists all.',
  'network.no-places':
    'The output of layer "{layer}" ({given}) cannot be laid over the picture. Choose a layer whose result is channels × height × width, or the tokens of a transformer.',
  'network.no-layers':
    'None of the {layers} layers of this network is of the kind that is asked for. Choose all layers.',
  'network.weight-unknown': 'The network has no weights "{given}". It has {known}.',
  'network.no-attention':
    'None of the {layers} layers of this network is attention over the places of a picture. Use a transformer: ViT, DeiT, Swin or SegFormer.',
  'network.attention-unknown':
    'The network has no attention layer "{given}". It has {known}; Network summary lists all layers.',
  'network.attention-large':
    'The attention of all layers together is {given} million numbers; up to {limit} million are read. Look at one layer, or give the network a smaller picture.',
  'network.onnx-too-large':
    'The network has {given} MB of weights; an .onnx file holds less than 2147. Save "{path}" as .safetensors.',
  'network.several-weights':
    'Two networks with different weights meet at "{layer}". Join them first and load the weights afterwards.',
  'network.weights-missing':
    '"{path}" has no weights for {count} of {all} places, among them {names}. {others}Choose weights of this architecture.',
  'network.weights-shape':
    'The weights "{name}" of "{path}" are {given}; this network has {wanted} there. {others}Choose weights of this architecture, or the number of classes that it was trained for.',
  'model.prepared': 'This network was trained on {wanted}; it gets {given}.',
  'model.input-missing': 'The model needs a tensor at its input "{input}" ({wanted}). Wire one to it.',
  'model.input-unknown': 'The model has no input called "{input}"; it has {known}.',
  'model.output-unknown':
    'The model has no output or inner tensor called "{output}"; its outputs are {known}. Inner tensors are named in the file.',
  'model.weight-unknown': 'The model "{path}" has no weights called "{name}". It has, among others, {known}.',
  'model.shape':
    'The model\'s input "{input}" is {wanted}; {given} came. Change the size or the order of the axes before the model.',
  'model.dtype': 'The model\'s input "{input}" takes {wanted}; {given} came. {advice}',
  'model.output-dtype': 'The model\'s output "{output}" is {given}, which Sightline does not hold. {advice}',
  'model.failed': 'The model "{path}" failed: {message}.',
  'model.out-of-memory':
    'There is not enough memory for the model "{path}": {message}. Give it a smaller picture, close other programs, or use a smaller model.',
  'model.stuck':
    'The model "{path}" was still loading after {seconds} s and was stopped: its file is probably damaged. Copy, download or export it again.',
  'model.ended':
    'The process that ran the model "{path}" ended ({message}). Nothing else is affected. Run again; if it ends again, the model may need more memory than there is.',

  // files
  'file.none': 'Waiting for a file: choose one.',
  'file.missing': 'There is no file at "{path}". Check the name, or choose another file.',
  'file.denied': '"{path}" may not be read. Change its permissions, or choose another file.',
  'file.write-denied': '"{path}" may not be written. Choose another place.',
  'file.is-a-folder': '"{path}" is a folder. Choose a file.',
  'file.empty': '"{path}" is empty (0 bytes).',
  'file.not-a-picture': `"{path}" is not a picture that Sightline reads (${pictureWords}). It looks like {given}.`,
  'file.not-text':
    '"{path}" is not a text file of at most {most} MB in UTF-8. It looks like {given}. Choose another file.',
  'file.too-many-bytes': '"{path}" has {given}; at most {most} MB are read. Choose a smaller file.',
  'file.packed':
    '"{path}" is compressed with gzip and cannot be unpacked: it is damaged or incomplete. Download it again.',
  'cascade.damaged':
    '"{path}" is not a usable cascade: {what}. Choose an XML file from OpenCV, such as haarcascade_eye.xml.',
  'file.not-idx':
    '"{path}" is not an IDX file of {wanted}: {given}. Choose the file of MNIST or Fashion-MNIST that contains them, such as {example}.',
  'file.not-cifar':
    '"{path}" is not a file of CIFAR-10: {given}. Choose the folder cifar-10-batches-bin or cifar-10-batches-py, as the authors pack it, unpacked.',
  'data.no-batches':
    'The folder "{path}" has no file of CIFAR-10 ({wanted}, or the same without .bin). Choose cifar-10-batches-bin or cifar-10-batches-py, unpacked.',
  'data.no-classes':
    'The folder "{path}" has {given}, and at least two folders with pictures are needed: one for each class.',
  'data.no-pairs':
    'No picture of "{path}" has a mask in "{masks}". A mask has the same name as its picture, with any extension: {example}.',
  'data.mask-size':
    'The mask of "{name}" is {given}, and its picture {wanted}. Give masks that are as large as their pictures.',
  'data.set-too-large':
    '{count} pictures of {shape} numbers each are {given} million numbers; at most {most} million are read at once. Take smaller pictures, or fewer.',
  'augment.unknown': 'There is no augmentation "{given}". Known are {known}.',
  'augment.no-picture':
    'Augmentations change pictures (channels × height × width), and an example is {given}. Leave them out, or give pictures.',
  'augment.range':
    'A number of the pictures is {given}, and augmentations take numbers from 0 to 1. Give pictures from 0 to 1, or use the node "Normalise", which records how.',
  'augment.pixels':
    'Mixup and CutMix mix whole pictures and their answers, and here each pixel has an answer of its own. Take others, such as flips and crops.',
  'augment.loss':
    'Mixup and CutMix give answers that are part one class and part another, which the loss "{given}" does not take. Choose cross-entropy, mean squared error or binary cross-entropy.',
  'data.rows': 'There are {examples} examples and {targets} right answers. There must be one answer for each example.',
  'data.targets':
    'One right answer is {given}, and the classes go from 0 to {last}. Set "Classes" to how many there are.',
  'data.no-examples':
    'No example of class "{name}" is left to learn from. Set "Classes" to how many there are, give more examples, keep fewer for the test, or shuffle them first.',
  'data.one-class': 'Only one class is named ({given}), and at least two are needed. Look at the names of the folders.',
  'data.broken': 'The features of example {example} are not finite numbers. Look at what comes before.',
  'data.components':
    '{count} examples with {length} numbers each have at most {most} components, not {given}. Ask for fewer.',
  'data.plane': '{given} examples cannot be laid out: the plane takes 4 to {most}. Give fewer, or more.',
  'data.groups': '{count} examples cannot form {given} groups: each needs at least one. Ask for fewer.',
  'data.chance': 'No split of one feature is better than guessing, so there is nothing to boost. Give other features.',
  'data.labels': 'Picture {picture} has no label. Wire one label for each picture: from "Labels from names".',
  'data.stumps': 'These are not stumps: {given}. Wire what "Train AdaBoost" gives, and the features it was trained on.',
  'csv.empty':
    '"{path}" has no rows. Give a table with a line of names, and after it a line for each example or measurement.',
  'csv.cells':
    'Line {line} of "{path}" has {given} cells, and the first line has {wanted}. Give every line the same number of cells.',
  'csv.number':
    '"{given}" in column "{column}", line {line} of "{path}" is not a number. Give numbers, or name the column with the classes.',
  'csv.class':
    'Line {line} of "{path}" has no class in column "{column}". Give every line its class, or name the column with the classes.',
  'csv.column': '"{path}" has no column "{given}"; it has {known}.',
  'csv.quote': 'A quotation mark in line {line} of "{path}" is not closed.',
  'data.few': 'There are {given} examples; at least {wanted} are needed, some of them for the test.',
  'file.unsupported':
    '"{path}" holds {given}, which Sightline does not read. Export it as a gray or RGB picture of 8 or 16 bits, in PNG for instance.',
  'file.truncated': '"{path}" is damaged or incomplete: {message}. Copy or export it again.',
  'file.too-many-pixels':
    '"{path}" has {given} megapixels; the limit is {limit}. Raise "Largest picture" on this node (on the command line: --set NODE.limit={given}), or make the picture smaller.',
  'file.link-circle':
    'The links at "{path}" lead back to themselves, so there is no file. Correct the link, or choose another file.',
  'file.name-too-long':
    '"{path}" is too long for the file system, which allows 255 bytes for a name (a letter may take up to 4). Shorten it.',
  'file.far-too-many-pixels':
    '"{path}" has {given} megapixels; Sightline opens pictures of up to {limit}. Make the picture smaller, or cut it into parts.',
  'file.read-failed': '"{path}" could not be read: {message}.',
  'file.folder-none': 'Waiting for a folder: choose one.',
  'file.folder-missing': 'There is no folder at "{path}".',
  'file.folder-denied': 'The folder "{path}" may not be read. Change its permissions, or choose another one.',
  'file.not-a-folder': '"{path}" is a file, not a folder.',
  'file.folder-empty': 'The folder "{path}" has no pictures matching "{pattern}".',
  'file.target-twice':
    '{first} and {second} would both be saved as "{path}", and one would be lost, so nothing was saved. Put {index} into the name, which numbers the pictures.',
  'file.target-shared':
    'The node "{node}" saves "{path}" too, and one of the two would be lost, so this one was not saved. Give it another name or folder.',
  'file.target-read':
    '"{path}" is read by the node "{node}", and saving would replace it, so nothing was saved. Choose another name or folder.',
  'file.saved-partly': '{saved} of {count} pictures were saved to "{folder}". Not saved: {failed}.',
  'file.disk-full':
    'The disk is full: "{path}" was not written, and the previous file is untouched. Free some space and try again.',
  'file.write-failed': '"{path}" could not be written: {message}. The previous file is untouched.',
  'file.outside':
    'Needs your consent to {access} "{path}", which is not beside this pipeline. Allow it for this pipeline (on the command line with --allow), or move it beside the pipeline.',
  'file.unsafe-path': '"{path}" is not a path that Sightline opens (network paths, devices and pipes are refused).',
  'file.format': '"{path}" ends in "{ext}"; pictures are written as {known}.',
  'file.depth': '"{path}": {ext} holds 8 bits a channel, not 16. Choose 8 bit, or save as PNG or TIFF.',
  'document.read-only': 'This pipeline is open in another window. Change it there, or save a copy under another name.',
  'file.open-elsewhere':
    '"{path}" is open in another window, which can write it. Save under another name, or continue there.',
  'recovery.gone': 'That copy is gone: it was opened in another window, or discarded.',
  'file.changed-on-disk':
    '"{path}" was changed by another program since it was opened. Save under another name, or overwrite it.',
  'sample.unknown': 'There is no sample picture called "{name}"; there are {known}.',

  'settings.not-kept':
    'This is allowed until the pipeline is closed, but could not be saved in your settings: {message}.',
  'settings.unreadable':
    'The settings in "{path}" could not be read ({message}); the defaults are used. Correct the file, or remove it.',
  'settings.not-written': 'These settings could not be saved in "{path}": {message}. The previous file is untouched.',
  'update.unreachable':
    'Could not check for updates: the update server cannot be reached ({message}). Check the connection and try again; Sightline works without it.',
  'update.insecure':
    'Updates are accepted over encrypted connections (https) only, and this one is not encrypted. Nothing was downloaded; tell the publisher.',
  'update.absent': 'The update server has no update for this system ({message}). Nothing was changed; try again later.',
  'update.unreadable':
    'The update server’s description of the latest version cannot be read ({message}). Nothing was downloaded; try again later.',
  'update.not-genuine':
    'The downloaded file is not the published one, and was deleted ({message}). Try again; if it happens again, do not install it from elsewhere, but tell the publisher.',
  'update.failed': 'The update failed: {message}. Sightline is unchanged.',
  'words.wrong':
    '"{name}" is not a language file for Sightline: {message}. Save the template from the settings and edit that.',

  // run records
  'record.wrong': 'This run record cannot be used: {where} {message}. Create it again with --record.',
  'record.newer':
    'This run record was made by a newer Sightline (version {version}; this one reads up to {known}). Update Sightline to repeat it.',
  'record.too-large':
    'The record of this run would have {bytes} bytes (the limit is {limit}), so it was not written. Run a part of the sequence at a time.',
  'record.input-changed':
    '"{path}" has changed since this record was made, so reading it needs your consent: pass --allow with the file or its folder, or --input NODE=PATH.',

  // the host and its protocol
  'protocol.bad-message': 'The message is not valid: {message}.',
  'protocol.too-large':
    'This takes {bytes} MB as a message, and at most {limit} MB can be sent. Ask for less, or make it smaller.',
  'protocol.version': 'The window and the engine are of different versions ({window} and {engine}). Reload the window.',
  'protocol.no-document': 'No pipeline is open yet.',
  'protocol.out-of-step':
    'The engine expected edit {expected} and got {given}; the window sends the whole pipeline again.',
  'protocol.lost':
    'The connection was interrupted, so this was not done. It reconnects by itself; then try again. Your pipeline is safe.',
  'cli.usage': '{message}',
  'cli.port-in-use': 'Port {port} is in use. Choose another with --port, or leave --port out to take a free one.',
  'cli.listen': 'Sightline cannot listen on {host}, port {port}: {message}. Choose others with --host and --port.',
  'engine.keeps-ending':
    'The engine ended {count} times right after it started (last: {how}). The lines above may say why. Start Sightline again; report it if that does not help.',
  'cli.ambiguous-node': '--{option} names "{node}", which is the title of several nodes. Name one of them: {paths}.',
  'cli.unknown-node': '--{option} names "{node}", which is not in the pipeline; it has {known}.',
} as const satisfies Record<string, string>

export type ProblemCode = keyof typeof problemWords
