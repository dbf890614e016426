package org.flatgaze.pipeline;

import java.util.Random;

/** Synthetic 128 x 128 label maps: eye opening, round iris, elliptic pupil, an upper lid. */
public final class EyeMaps {

    private static final int N = 128;

    private EyeMaps() {}

    /** A map of background. */
    public static byte[] closed() {
        return new byte[N * N];
    }

    /**
     * An eye.
     *
     * @param cx centre of iris and pupil in the map, columns
     * @param cy centre, rows
     * @param major half axis of the pupil, pixels of the map
     * @param minor the other half axis
     * @param angleDeg of the major one, from +x towards +y
     * @param lidY rows above this are lid
     */
    public static byte[] eye(double cx, double cy, double major, double minor, double angleDeg, double lidY) {
        byte[] map = new byte[N * N];
        double cos = Math.cos(Math.toRadians(angleDeg));
        double sin = Math.sin(Math.toRadians(angleDeg));
        for (int y = 0; y < N; y++) {
            for (int x = 0; x < N; x++) {
                double dx = x - cx;
                double dy = y - cy;
                double u = (dx * cos + dy * sin) / major;
                double v = (dy * cos - dx * sin) / minor;
                byte label = 0;
                if (y < lidY) {
                    label = 0;
                } else if (u * u + v * v <= 1) {
                    label = 3;
                } else if (Math.hypot(dx, dy) <= 18) {
                    label = 2;
                } else if (Math.hypot(dx / 45, dy / 22) <= 1) {
                    label = 1;
                }
                map[y * N + x] = label;
            }
        }
        return map;
    }

    /** An eye in full view with a pupil of half axes 7 and 6. */
    public static byte[] open(double cx, double cy) {
        return eye(cx, cy, 7, 6, 30, -1);
    }

    /** Sprinkles single pixels of the pupil class over the background. */
    public static byte[] speckled(byte[] map, long seed) {
        Random random = new Random(seed);
        byte[] out = map.clone();
        for (int i = 0; i < 60; i++) {
            int at = random.nextInt(out.length);
            if (out[at] == 0) {
                out[at] = 3;
            }
        }
        return out;
    }
}
