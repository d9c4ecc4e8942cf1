/**
 * How one splat is drawn from Spark's textures: by the rules of the engine's rasteriser (`engine/ops/rasterise/rules.ts`), so that
 * the window and the node `splat/render` show the same.
 *
 * Spark draws an instance of four corners for each splat. Software renderers take 25 µs to begin an instance, so here an instance
 * is `batch` splats; and what does not change within a splat is not interpolated. Together a frame is six times faster there.
 */
import { rules } from '../../engine/values/splat-rules.ts'

/** Splats of an instance: their corners have indices of 16 bits. */
export const batch = 1024

const float = (v: number): string => (Number.isInteger(v) ? `${v}.0` : String(v))
/** A splat of opacity 1 ends here: at 3.33 standard deviations. The uniform of this name may end it before. */
export const farthest = Math.sqrt(2 * Math.log(1 / rules.leastAlpha))

/**
 * The corners of the splats `first` to `end` in order of depth. `maxPixelRadius`: no radius is larger. `preBlurAmount` and
 * `blurAmount`: added to the variance in pixels, the second with less opacity for it.
 */
export const vertex = `
precision highp float;
precision highp int;
precision highp usampler2DArray;
#include <splatDefines>

flat out vec4 vColour;
out vec2 vAt;

uniform vec2 renderSize;
uniform vec4 renderToViewQuat;
uniform vec3 renderToViewPos;
uniform float preBlurAmount;
uniform float blurAmount;
uniform float maxPixelRadius;
uniform bool enableExtSplats;
uniform usampler2D ordering;
uniform usampler2DArray extSplats;
uniform usampler2DArray extSplats2;
uniform int first;
uniform int end;
uniform float farthest;

void main() {
  gl_Position = vec4(0.0, 0.0, 2.0, 1.0);
  int at = first + gl_InstanceID * ${batch} + (gl_VertexID >> 2);
  if (at >= end) return;
  uint index = texelFetch(ordering, ivec2((at >> 2) & 4095, at >> 14), 0)[at & 3];
  if (index == 0xffffffffu) return;

  ivec3 texel = splatTexCoord(int(index));
  vec3 mean, scales;
  vec4 quaternion, colour;
  uvec4 words = texelFetch(extSplats, texel, 0);
  if (enableExtSplats) {
    unpackSplatExt(words, texelFetch(extSplats2, texel, 0), mean, scales, quaternion, colour);
  } else {
    unpackSplatEncoding(words, mean, scales, quaternion, colour, vec4(0.0, 1.0, LN_SCALE_MIN, LN_SCALE_MAX));
    // Spark stores half of it.
    colour.a *= 2.0;
  }
  vec3 centre = quatVec(renderToViewQuat, mean) + renderToViewPos;
  if (centre.z >= 0.0) return;
  vec4 clip = projectionMatrix * vec4(centre, 1.0);
  if (abs(clip.z) >= clip.w) return;

  // EWA: the covariance in pixels, with the Jacobian clamped to the widened cone of the picture.
  vec2 focal = 0.5 * renderSize * vec2(projectionMatrix[0][0], projectionMatrix[1][1]);
  vec2 limit = ${float(1 + rules.widened)} / vec2(projectionMatrix[0][0], projectionMatrix[1][1]);
  float inverse = 1.0 / centre.z;
  vec2 slope = clamp(centre.xy * inverse, -limit, limit);
  vec3 rowX = vec3(focal.x * inverse, 0.0, -focal.x * inverse * slope.x);
  vec3 rowY = vec3(0.0, focal.y * inverse, -focal.y * inverse * slope.y);
  mat3 turned = scaleQuaternionToMatrix(scales, quatQuat(renderToViewQuat, quaternion));
  vec3 u = rowX * turned;
  vec3 v = rowY * turned;
  float a = dot(u, u) + preBlurAmount;
  float b = dot(u, v);
  float d = dot(v, v) + preBlurAmount;
  float before = max(0.0, a * d - b * b);
  a += blurAmount;
  d += blurAmount;
  float det = a * d - b * b;
  float opacity = min(1.0, colour.a);
  if (blurAmount > 0.0) opacity *= sqrt(before / det);
  if (opacity < ${float(rules.leastAlpha)}) return;

  // It ends where its alpha is the least that counts.
  float reach = min(farthest, sqrt(2.0 * log(opacity * ${float(1 / rules.leastAlpha)})));
  float middle = 0.5 * (a + d);
  float apart = sqrt(max(0.0, middle * middle - det));
  float longer = middle + apart;
  // The second as a quotient: a difference would lose its digits.
  float shorter = det / longer;
  vec2 axis = abs(b) > 1e-6 * longer ? normalize(vec2(b, longer - a)) : (a >= d ? vec2(1.0, 0.0) : vec2(0.0, 1.0));
  vec2 radii = min(vec2(maxPixelRadius), reach * sqrt(vec2(longer, max(0.0, shorter))));
  vec2 place = clip.xy / clip.w;
  vec2 pixel = 2.0 / renderSize;
  if (any(greaterThan(abs(place) - radii.x * pixel, vec2(1.0)))) return;

  int corner = gl_VertexID & 3;
  vec2 side = vec2(corner == 0 || corner == 3 ? -1.0 : 1.0, corner < 2 ? -1.0 : 1.0);
  vec2 offset = side.x * radii.x * axis + side.y * radii.y * vec2(axis.y, -axis.x);
  vColour = vec4(max(colour.rgb, vec3(0.0)), opacity);
  vAt = side * reach;
  gl_Position = vec4((place + offset * pixel) * clip.w, clip.zw);
}
`

export const fragment = `
precision highp float;
flat in vec4 vColour;
in vec2 vAt;
out vec4 fragColor;

void main() {
  float alpha = min(${float(rules.mostAlpha)}, vColour.a * exp(-0.5 * dot(vAt, vAt)));
  if (alpha < ${float(rules.leastAlpha)}) discard;
  fragColor = vec4(vColour.rgb * alpha, alpha);
}
`
