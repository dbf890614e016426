package org.flatgaze.flatcam.sim;

import java.util.Arrays;

/**
 * Draws lashes and brow hairs into a coverage picture. A hair is a quadratic Bezier curve from the lid margin, laid down as
 * many small dots whose area is shared between the four nearest pixels: thin hairs stay smooth without supersampling.
 * Mutable, reused, one thread.
 */
final class LashPainter {

    private static final int SIZE = EyeGeometry.SIZE;
    private static final float DOT_PX = 0.7f;

    /** Hair in each pixel, 0 none; may exceed 1 where hairs cross. */
    final float[] coverage = new float[SIZE * SIZE];

    private final double[] start = new double[3];
    private final double[] middle = new double[3];
    private final double[] end = new double[3];

    void paint(Person person, EyeState state, EyelidCurves curves, SkinSurface skin, ViewPose pose) {
        Arrays.fill(coverage, 0);
        LashHairs hairs = person.lashHairs();
        double shut = 1 - Math.clamp(state.openness, 0, 1);
        for (int hair = 0; hair < hairs.count; hair++) {
            if (hair < hairs.lowerEnd) {
                lash(hairs, hair, hair < hairs.upperEnd, shut, curves, skin);
            } else {
                brow(hairs, hair, skin);
            }
            draw(hairs.thickness[hair], pose);
        }
    }

    private void lash(LashHairs hairs, int hair, boolean upper, double shut, EyelidCurves curves, SkinSurface skin) {
        float x = curves.xAt(hairs.place[hair]);
        float index = EyelidCurves.index(x);
        float y = EyelidCurves.read(upper ? curves.upperSkin : curves.lowerSkin, index);
        y += upper ? hairs.rise[hair] : -hairs.rise[hair];
        float h = skin.height(x, y);
        // Lid normal: the lids are near enough a sphere round the centre of rotation.
        double norm = 1 / Math.sqrt(0.5 * x * x + y * y + h * h);
        double ny = y * norm;
        double nh = h * norm;
        // Closing the eye lays the upper lashes down a little.
        double droop = hairs.droop[hair] + (upper ? 0.35 * shut : 0);
        double tip = droop - hairs.curl[hair] * (upper ? 1 - 0.3 * shut : 1);
        double length = hairs.length[hair];
        start[0] = x;
        start[1] = y;
        start[2] = -h;
        step(start, middle, droop, hairs.lean[hair], 0.5 * length, ny, nh);
        step(middle, end, tip, hairs.tipLean[hair], 0.5 * length, ny, nh);
    }

    /** Goes a way from a point, in a direction given by its angles from the lid's normal. */
    private static void step(
            double[] from, double[] to, double down, double sideways, double way, double ny, double nh) {
        double flat = Math.cos(sideways) * way;
        double out = Math.cos(down) * flat;
        double along = Math.sin(down) * flat;
        to[0] = from[0] + Math.sin(sideways) * way;
        to[1] = from[1] + out * ny - along * nh;
        to[2] = from[2] - (out * nh + along * ny);
    }

    private void brow(LashHairs hairs, int hair, SkinSurface skin) {
        float x = hairs.place[hair];
        float y = hairs.rise[hair];
        double length = hairs.length[hair];
        start[0] = x;
        start[1] = y;
        start[2] = -skin.height(x, y);
        middle[0] = x + 0.5 * length * Math.sin(hairs.lean[hair]);
        middle[1] = y + 0.5 * length * Math.cos(hairs.lean[hair]);
        middle[2] = -skin.height((float) middle[0], (float) middle[1]) - 0.8;
        end[0] = middle[0] + 0.5 * length * Math.sin(hairs.tipLean[hair]);
        end[1] = middle[1] + 0.5 * length * Math.cos(hairs.tipLean[hair]);
        end[2] = -skin.height((float) end[0], (float) end[1]) - 0.9;
    }

    private void draw(double thickness, ViewPose pose) {
        double z0 = pose.depthOf(start[0], start[1], start[2]);
        double z1 = pose.depthOf(middle[0], middle[1], middle[2]);
        double z2 = pose.depthOf(end[0], end[1], end[2]);
        double x0 = pose.columnOf(start[0], start[1], start[2], z0);
        double y0 = pose.rowOf(start[0], start[1], start[2], z0);
        double x1 = pose.columnOf(middle[0], middle[1], middle[2], z1);
        double y1 = pose.rowOf(middle[0], middle[1], middle[2], z1);
        double x2 = pose.columnOf(end[0], end[1], end[2], z2);
        double y2 = pose.rowOf(end[0], end[1], end[2], z2);
        double way = Math.hypot(x1 - x0, y1 - y0) + Math.hypot(x2 - x1, y2 - y1);
        int dots = (int) Math.min(200, 2 + way / DOT_PX);
        double widthPx = thickness / (ViewPose.TANGENT * z1);
        float area = (float) (widthPx * way / dots);
        for (int dot = 0; dot < dots; dot++) {
            float t = (dot + 0.5f) / dots;
            float s = 1 - t;
            float x = (float) (s * s * x0 + 2 * s * t * x1 + t * t * x2);
            float y = (float) (s * s * y0 + 2 * s * t * y1 + t * t * y2);
            if (x < 0 || y < 0 || x >= SIZE - 1 || y >= SIZE - 1) {
                continue;
            }
            int column = (int) x;
            int row = (int) y;
            float fx = x - column;
            float fy = y - row;
            float amount = area * (1 - 0.85f * t * t);
            int at = row * SIZE + column;
            float low = amount * fy;
            float high = amount - low;
            coverage[at] += high * (1 - fx);
            coverage[at + 1] += high * fx;
            coverage[at + SIZE] += low * (1 - fx);
            coverage[at + SIZE + 1] += low * fx;
        }
    }
}
