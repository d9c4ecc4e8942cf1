"""Slices and transpositions of numpy: bits are copied, whatever they mean."""


def make(t):
    rgb = t.usual()['rgb']
    rgb[2, 3, 1] = float('nan')
    rgb[4, 4] = float('-inf')
    rgb[5, 5] = -0.0
    rgb = t.picture('rgb', rgb, 'rgb')
    for axes, out in (('HWC', rgb), ('CHW', rgb.transpose(2, 0, 1)), ('NCHW', rgb.transpose(2, 0, 1)[None])):
        t.case('toTensor', ['rgb'], {'axes': axes}, out, 0, 'numpy.transpose')
    t.case('crop', ['rgb'], {'x': 2, 'y': 3, 'width': 5, 'height': 4}, rgb[3:7, 2:7], 0, 'numpy slice')
    t.case('crop', ['rgb'], {'x': 8, 'y': 0, 'width': 1, 'height': 11}, rgb[:, 8:], 0, 'numpy slice')
    t.case('channel', ['rgb'], {'index': 1}, rgb[..., 1:2], 0, 'numpy slice')
    planes = [t.picture(f'plane {c}', rgb[..., c], 'data') for c in range(3)]
    t.case('merge', [f'plane {c}' for c in range(3)], {'space': 'rgb'}, rgb, 0, 'numpy.dstack')
    assert len(planes) == 3
