// Where there are subgroups: these put their parts together without memory or barriers, then one invocation those of all.

/** One of each subgroup, in any order. */
var<workgroup> parts: array<Part, 256>;
var<workgroup> filled: atomic<u32>;

@compute @workgroup_size(256)
fn moments(@builtin(local_invocation_id) l: vec3u, @builtin(workgroup_id) w: vec3u) {
  let own = partOf(l.x, w);
  let count = subgroupAdd(own.count);
  let mean = subgroupAdd(own.count * own.mean) / max(count, 1.0);
  let d = own.mean - mean;
  let all = Part(
    count,
    mean,
    subgroupAdd(own.squares + own.count * d * d),
    subgroupMin(own.low),
    subgroupMax(own.high),
    subgroupAdd(own.nan),
    subgroupAdd(own.infinite),
  );
  if (subgroupElect()) { parts[atomicAdd(&filled, 1u)] = all; }
  workgroupBarrier();
  if (l.x > 0u) { return; }
  var part = parts[0];
  for (var i = 1u; i < atomicLoad(&filled); i++) { part = join(part, parts[i]); }
  write(part, w);
}
