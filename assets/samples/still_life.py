"""A small path tracer in numpy: an orange, a marble ball, a steel ball and a wooden cube on a table by a window.

Soft shadows of a rectangular lamp, one diffuse bounce, mirror reflection, a thin lens, value-noise textures. All colours linear.
"""

import numpy as np

rng = np.random.default_rng(2011)

# centre, radius, material
spheres = [
    (np.array([-1.35, 1.0, 0.2]), 1.0, "orange"),
    (np.array([1.05, 0.78, -0.75]), 0.78, "steel"),
    (np.array([0.1, 0.5, -1.75]), 0.5, "marble"),
    (np.array([2.75, 0.34, -1.7]), 0.34, "berry"),
    (np.array([2.15, 0.3, -2.25]), 0.3, "berry"),
]
cube_centre, cube_half, cube_turn = np.array([1.7, 0.9, 1.3]), 0.9, 0.6
lamp_centre, lamp_u, lamp_v = np.array([-4.5, 6.5, -3.5]), np.array([1.3, 0, 0.9]), np.array([0.3, 0.8, -0.4])
lamp_normal = np.cross(lamp_u, lamp_v)
lamp_area = 4 * np.linalg.norm(lamp_normal)
lamp_normal = lamp_normal / np.linalg.norm(lamp_normal)
lamp_light = np.array([1.0, 0.9, 0.76]) * 90
table, wall, orange, steel, marble, berry, cube = range(7)
material_of = {"orange": orange, "steel": steel, "marble": marble, "berry": berry}

lattice = rng.random((32, 32, 32))


def noise(p: np.ndarray) -> np.ndarray:
    """Value noise, 0..1, smooth; p (N, 3)."""
    cell = np.floor(p).astype(int)
    f = p - cell
    f = f * f * (3 - 2 * f)
    total = np.zeros(len(p))
    for corner in np.ndindex(2, 2, 2):
        weight = np.prod([f[:, i] if corner[i] else 1 - f[:, i] for i in range(3)], axis=0)
        i, j, k = ((cell + corner) % 32).T
        total += weight * lattice[i, j, k]
    return total


def fractal(p: np.ndarray, octaves: int = 4) -> np.ndarray:
    return sum(noise(p * 2.0**o) / 2.0 ** (o + 1) for o in range(octaves))


def normalised(v: np.ndarray) -> np.ndarray:
    return v / np.linalg.norm(v, axis=-1, keepdims=True)


def mix(a, b, t: np.ndarray) -> np.ndarray:
    return np.array(a) + (np.array(b) - np.array(a)) * t[:, None]


c, s = np.cos(cube_turn), np.sin(cube_turn)
into_cube = np.array([[c, 0, -s], [0, 1, 0], [s, 0, c]])


def hit(o: np.ndarray, d: np.ndarray):
    """Nearest surface along rays: distance (inf: none), material, normal."""
    n = len(o)
    t = np.full(n, np.inf)
    what = np.full(n, -1)
    normal = np.zeros((n, 3))

    def nearer(distance: np.ndarray, material: int, at_normal) -> None:
        better = (distance > 1e-4) & (distance < t)
        t[better] = distance[better]
        what[better] = material
        normal[better] = at_normal(better)

    with np.errstate(divide="ignore", invalid="ignore"):
        nearer(-o[:, 1] / d[:, 1], table, lambda m: np.array([0.0, 1, 0]))
        nearer((6 - o[:, 2]) / d[:, 2], wall, lambda m: np.array([0.0, 0, -1]))
        for centre, radius, name in spheres:
            oc = o - centre
            b = (oc * d).sum(1)
            root = np.sqrt(b * b - (oc * oc).sum(1) + radius * radius)
            near = np.where(-b - root > 1e-4, -b - root, -b + root)
            near = np.nan_to_num(near, nan=np.inf)
            nearer(near, material_of[name], lambda m: (o[m] + d[m] * near[m, None] - centre) / radius)
        lo, ld = (o - cube_centre) @ into_cube.T, d @ into_cube.T
        t1, t2 = (-cube_half - lo) / ld, (cube_half - lo) / ld
        enter, leave = np.minimum(t1, t2), np.maximum(t1, t2)
        first, last = enter.max(1), leave.min(1)
        axis = enter.argmax(1)
        face = -np.sign(np.take_along_axis(ld, axis[:, None], 1)[:, 0])
        first = np.where(first < last, first, np.inf)
        nearer(first, cube, lambda m: (np.eye(3)[axis[m]] * face[m, None]) @ into_cube)
    return t, what, normal


def surface(what: np.ndarray, p: np.ndarray, normal: np.ndarray):
    """Albedo, bumped normal, strength of the mirror reflection straight on."""
    albedo = np.zeros_like(p)
    shiny = np.zeros(len(p))
    bumped = normal.copy()
    for kind in range(7):
        m = what == kind
        if not m.any():
            continue
        q = p[m]
        if kind == table:
            plank = np.floor(q[:, 2] / 1.3)
            rings = fractal(q * [0.35, 1, 5] + plank[:, None] * [7.3, 0, 3.1])
            grain = 0.5 + 0.5 * np.sin(rings * 34)
            albedo[m] = mix([0.20, 0.095, 0.045], [0.42, 0.235, 0.12], 0.6 * grain + 0.4 * rings)
            albedo[m] *= np.where(abs(q[:, 2] / 1.3 - plank - 0.5) > 0.49, 0.35, 1)[:, None]
            shiny[m] = 0.035
        elif kind == wall:
            albedo[m] = mix([0.30, 0.36, 0.38], [0.37, 0.43, 0.44], fractal(q * 1.5))
        elif kind == orange:
            albedo[m] = mix([0.85, 0.30, 0.02], [0.95, 0.42, 0.05], fractal(q * 3))
            pores = np.stack([noise(q * 22 + k * 9.7) for k in range(3)], 1) - 0.5
            bumped[m] = normalised(normal[m] + 0.22 * pores)
            shiny[m] = 0.04
        elif kind == steel:
            albedo[m] = 0.04
            shiny[m] = 0.82
        elif kind == marble:
            veins = abs(np.sin(q[:, 0] * 5 + 9 * fractal(q * 2.5, 5)))
            albedo[m] = mix([0.16, 0.22, 0.28], [0.82, 0.82, 0.78], np.clip(veins * 2.2, 0, 1))
            shiny[m] = 0.05
        elif kind == berry:
            albedo[m] = mix([0.35, 0.01, 0.03], [0.55, 0.03, 0.05], fractal(q * 4))
            shiny[m] = 0.05
        else:
            local = (q - cube_centre) @ into_cube.T
            rings = np.hypot(local[:, 0] + 0.4, local[:, 1] + 1.2 + 0.08 * fractal(local * 1.2)) * 18
            albedo[m] = mix([0.52, 0.36, 0.2], [0.7, 0.54, 0.34], 0.5 + 0.5 * np.sin(rings + 2 * fractal(local * 3)))
    return albedo, bumped, shiny


def sky(d: np.ndarray) -> np.ndarray:
    return mix([0.05, 0.055, 0.065], [0.20, 0.25, 0.33], np.clip(d[:, 1] * 0.5 + 0.5, 0, 1))


def lamp(p: np.ndarray, normal: np.ndarray) -> np.ndarray:
    """Light from one random point of the lamp."""
    u, v = rng.uniform(-1, 1, (2, len(p), 1))
    way = lamp_centre + u * lamp_u + v * lamp_v - p
    far = np.linalg.norm(way, axis=1)
    d = way / far[:, None]
    facing = np.clip((d * normal).sum(1), 0, None) * abs(d @ lamp_normal)
    t, _, _ = hit(p + normal * 1e-3, d)
    lit = facing * lamp_area / far**2 * (t > far - 1e-2) / np.pi
    return lit[:, None] * lamp_light


def scatter(normal: np.ndarray) -> np.ndarray:
    """Directions about the normal, as a matte surface sends them."""
    return normalised(normal + normalised(rng.normal(size=normal.shape)) * 0.999)


def trace(o: np.ndarray, d: np.ndarray, depth: int) -> np.ndarray:
    t, what, normal = hit(o, d)
    out = sky(d)
    seen = np.isfinite(t)
    if not seen.any():
        return out
    o, d, what, normal = o[seen], d[seen], what[seen], normal[seen]
    p = o + d * t[seen, None]
    albedo, bumped, shiny = surface(what, p, normal)
    light = albedo * lamp(p, bumped)
    if depth > 0:
        light += albedo * trace(p + normal * 1e-3, scatter(bumped), depth - 1)
        cosine = np.clip(-(d * bumped).sum(1), 0, 1)
        fresnel = shiny + (1 - shiny) * (1 - cosine) ** 5 * (shiny > 0)
        mirror = shiny > 0
        away = d - 2 * (d * bumped).sum(1, keepdims=True) * bumped
        light[mirror] += fresnel[mirror, None] * trace(p[mirror] + normal[mirror] * 1e-3, away[mirror], depth - 1)
    else:
        light += albedo * sky(bumped)
    out[seen] = light
    return out


def render(width: int, height: int, samples: int = 48) -> np.ndarray:
    """(height, width, 3), linear light, with a little sensor noise."""
    eye, target = np.array([0.6, 3.1, -8.2]), np.array([0.35, 0.62, -0.3])
    forward = normalised(target - eye)
    right = normalised(np.cross([0, 1, 0], forward))
    up = np.cross(forward, right)
    focus = np.linalg.norm(target - eye) - 1.2
    picture = np.zeros((height * width, 3))
    y, x = np.mgrid[0:height, 0:width].reshape(2, -1)
    for _ in range(samples):
        jx, jy = rng.random((2, height * width))
        sx, sy = (x + jx - width / 2) / height, (height / 2 - y - jy) / height
        d = normalised(forward + 0.72 * (sx[:, None] * right + sy[:, None] * up))
        angle, radius = rng.random(height * width) * 2 * np.pi, 0.05 * np.sqrt(rng.random(height * width))
        shift = radius[:, None] * (np.cos(angle)[:, None] * right + np.sin(angle)[:, None] * up)
        point = eye + d * focus
        picture += np.minimum(trace(eye + shift, normalised(point - eye - shift), 2), 4)
    picture = (picture / samples).reshape(height, width, 3)
    dim = np.hypot((x - width / 2) / width, (y - height / 2) / height).reshape(height, width)
    picture *= (1 - 0.35 * dim**2)[..., None] * 1.4
    return picture / (1 + 0.25 * picture) + rng.normal(0, 0.002, picture.shape)
