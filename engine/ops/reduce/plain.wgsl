// Where there are no subgroups: a workgroup's parts are put together by halves, in its memory.

var<workgroup> parts: array<Part, 256>;

@compute @workgroup_size(256)
fn moments(@builtin(local_invocation_id) l: vec3u, @builtin(workgroup_id) w: vec3u) {
  parts[l.x] = partOf(l.x, w);
  for (var half = 128u; half > 0u; half >>= 1u) {
    workgroupBarrier();
    if (l.x < half) { parts[l.x] = join(parts[l.x], parts[l.x + half]); }
  }
  if (l.x == 0u) { write(parts[0], w); }
}
