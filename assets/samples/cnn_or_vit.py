"""Trains both networks of the gallery's "CNN or ViT?" on 1, 10 and 100 % of Fashion-MNIST's training pictures, with Sightline itself, and
writes their curves (cnn-or-vit-curves.csv) and their accuracy on all 10,000 test pictures (cnn-or-vit.csv).

Networks and recipe are those of the entry; only the data, the number of epochs and the warm-up differ, so that each training takes about 1,870 steps
of 64 pictures. A finished training is not run again, and one that was stopped goes on: run it until it is done.

Run as: python3 assets/samples/cnn_or_vit.py [PICTURES]   (Debian: dataset-fashion-mnist; after npm run build)
With a number of pictures (600, 6000, 60000), only those networks are trained.
"""
import json
import os
import subprocess
import sys
import tempfile

here = os.path.dirname(os.path.abspath(__file__))
root = os.path.dirname(os.path.dirname(here))
data = os.environ.get('SIGHTLINE_FASHION_MNIST', '/usr/share/datasets/fashion-mnist')
kept = os.environ.get('SIGHTLINE_KEPT', os.path.join(tempfile.gettempdir(), 'cnn-or-vit'))
NETWORKS = {'cnn': 'CNN', 'vit': 'ViT'}
BATCH = 64
# Pictures, epochs, epochs of warm-up: 1,872, 1,860 and 1,874 steps, the first 90 to 94 of them to warm up.
CASES = [(600, 208, 10), (6000, 20, 1), (60000, 2, 0.1)]


def idx(node, part, count):
    files = {'images': f'{part}-images-idx3-ubyte.gz', 'labels': f'{part}-labels-idx1-ubyte.gz'}
    params = {name: os.path.join(data, file) for name, file in files.items()}
    return {'id': node, 'type': 'io/idx', 'params': {**params, 'first': 0, 'count': count}, 'position': {'x': 0, 'y': 0}}


def pipeline(network, pictures, epochs, warm_up):
    """The entry with other data, one network, and a test on all test pictures."""
    with open(os.path.join(root, 'assets/gallery/cnn-or-vit.sightline.json')) as file:
        entry = json.load(file)
    learns = f'learns-{network}'
    nodes = [node for node in entry['nodes'] if node['id'] in ('input', network, learns)]
    for node in nodes:
        if node['id'] == learns:
            node['params'] = {**node['params'], 'epochs': epochs, 'warmUp': warm_up, 'batchSize': BATCH}
    nodes += [idx('data', 'train', pictures), idx('others', 't10k', 1000), idx('all', 't10k', 10000)]
    nodes.append({'id': 'test', 'type': 'network/test', 'position': {'x': 0, 'y': 0}})
    ids = {node['id'] for node in nodes}
    edges = [
        edge
        for edge in entry['edges']
        if edge['from'].split('.')[0] in ids and edge['to'].split('.')[0] in ids and not edge['from'].endswith('.names')
    ]
    ends = [(f'{learns}.network', 'test.network'), ('all.batch', 'test.batch'), ('all.targets', 'test.targets')]
    edges += [{'from': begin, 'to': end} for begin, end in ends]
    return {**{name: entry[name] for name in ('format', 'version', 'title', 'graphs')}, 'nodes': nodes, 'edges': edges}


def trained(network, pictures, epochs, warm_up):
    """The test's accuracy, and (step, accuracy) of the training and of the test."""
    folder = os.path.join(kept, f'{network}-{pictures}')
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, 'training.sightline.json')
    with open(path, 'w') as file:
        json.dump(pipeline(network, pictures, epochs, warm_up), file)
    command = ['node', os.path.join(root, 'host/sightline.js'), 'run', path]
    subprocess.run([*command, '--allow', data, '--out', folder, '--device', 'cpu'], check=True)

    def read(name):
        with open(os.path.join(folder, name)) as file:
            return json.load(file)

    steps = epochs * (pictures // BATCH)
    plot = read(f'learns-{network}.accuracy.json')
    curves = {}
    for series in plot['series']:
        values = series['values']
        places = [(round((i + 1) * steps / len(values)), value) for i, value in enumerate(values)]
        curves[series['name']] = [(step, value) for step, value in places if isinstance(value, (int, float))]
    return read('test.score.json'), curves


if __name__ == '__main__':
    only = [int(number) for number in sys.argv[1:]]
    results = {}
    for case in CASES:
        if only and case[0] not in only:
            continue
        for network in NETWORKS:
            results[network, case[0]] = trained(network, *case)
            print(network, case[0], results[network, case[0]][0], flush=True)
    if only:
        sys.exit()
    EVERY = 30
    with open(os.path.join(here, 'cnn-or-vit.csv'), 'w') as file:
        file.write('pictures,CNN,ViT\n')
        for pictures, *_ in CASES:
            file.write(','.join([str(pictures), *(f'{results[network, pictures][0]:.4f}' for network in NETWORKS)]) + '\n')
    columns = [(network, pictures, part) for pictures, *_ in CASES for network in NETWORKS for part in ('Training', 'Test')]
    rows = {}
    for column in columns:
        network, pictures, part = column
        for step, value in results[network, pictures][1][part]:
            # Many epochs: the mean of those that end in the same thirty steps.
            rows.setdefault(-(-step // EVERY) * EVERY, {}).setdefault(column, []).append(value)
    with open(os.path.join(here, 'cnn-or-vit-curves.csv'), 'w') as file:
        names = [f'{NETWORKS[network]} {part.lower()} ({pictures})' for network, pictures, part in columns]
        file.write(','.join(['step', *names]) + '\n')
        for step in sorted(rows):
            values = [rows[step].get(column) for column in columns]
            file.write(','.join([str(step), *('' if value is None else f'{sum(value) / len(value):.4f}' for value in values)]) + '\n')
