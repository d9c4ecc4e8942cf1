"""numpy.fft.fft2 and ifft2, in float64."""
import numpy as np


def parts(a):
    return np.stack([a.real, a.imag], -1)


def make(t):
    for h, w in ((1, 1), (1, 12), (9, 1), (16, 20), (14, 11), (3, 43), (21, 10)):
        name = f'{h} x {w}'
        image = t.picture(name, t.rng.random((h, w)), 'gray')
        made = parts(np.fft.fft2(image[..., 0].astype(np.float64)))
        t.case('fourier', [name], {'inverse': False}, made, 1e-5 * np.sqrt(h * w), 'numpy.fft.fft2')
        centre = parts(np.fft.fftshift(np.fft.fft2(image[..., 0].astype(np.float64))))
        t.case('fourier', [name], {'inverse': False, 'centred': True}, centre, 1e-5 * np.sqrt(h * w), 'numpy.fft.fftshift')
        pair = t.picture(f'{name} x 2', t.rng.random((h, w, 2)), 'data')
        given = pair[..., 0] + 1j * pair[..., 1]
        t.case('fourier', [f'{name} x 2'], {'inverse': True}, parts(np.fft.ifft2(given)), 1e-6, 'numpy.fft.ifft2')
        back = parts(np.fft.ifft2(np.fft.ifftshift(given)))
        t.case('fourier', [f'{name} x 2'], {'inverse': True, 'centred': True}, back, 1e-6, 'numpy.fft.ifftshift')
