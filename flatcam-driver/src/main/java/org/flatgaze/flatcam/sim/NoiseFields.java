package org.flatgaze.flatcam.sim;

import java.util.SplittableRandom;

/**
 * Patterns that all simulated people share: each shows another part of them, so that one table serves thousands. Made once
 * when first used, read-only after that.
 */
final class NoiseFields {

    /** Side of a pattern, cells; a power of two, patterns repeat. */
    static final int SIDE = 256;

    /** How many vessel patterns there are. */
    static final int VESSEL_MAPS = 6;

    /** Pores and mottle of skin, about -1..1, mean 0. */
    static final float[] SKIN = skin();

    /** Slow variation alone, about -1..1. */
    static final float[] MOTTLE = fractal(11, 4, 4, 3, 0.55f);

    /** Fine lines along x: 0 between, -1 in a line. */
    static final float[] WRINKLES = wrinkles();

    /** Conjunctival vessels over the front of the globe: 0 none .. 1. */
    static final float[][] VESSELS = vessels();

    private static final int MASK = SIDE - 1;

    private NoiseFields() {}

    /** Mixes two numbers into a seed (the finaliser of SplitMix64, Steele et al. 2014). */
    static long mix(long a, long b) {
        long z = a * 0x9E3779B97F4A7C15L + (b + 1) * 0xD1B54A32D192ED03L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** Reads a repeating pattern between its cells. Coordinates must lie within +-1e6. */
    static float sample(float[] field, float x, float y) {
        // Truncation equals floor only above 0: shift by a multiple of the period.
        float shiftedX = x + 16 * SIDE;
        float shiftedY = y + 16 * SIDE;
        int column = (int) shiftedX;
        int row = (int) shiftedY;
        float fx = shiftedX - column;
        float fy = shiftedY - row;
        int top = (row & MASK) * SIDE;
        int bottom = ((row + 1) & MASK) * SIDE;
        int left = column & MASK;
        int right = (column + 1) & MASK;
        float upper = field[top + left] + fx * (field[top + right] - field[top + left]);
        float lower = field[bottom + left] + fx * (field[bottom + right] - field[bottom + left]);
        return upper + fy * (lower - upper);
    }

    private static float hash(int seed, int x, int y) {
        int h = seed * 0x27D4EB2F + x * 0x165667B1 + y * 0x9E3779B1;
        h = (h ^ (h >>> 15)) * 0x85EBCA6B;
        h = (h ^ (h >>> 13)) * 0xC2B2AE35;
        h ^= h >>> 16;
        return (h >> 8) / (float) (1 << 23);
    }

    /** Sums value noise of {@code octaves} doubling frequencies; repeats after SIDE. Values about -1..1. */
    static float[] fractal(int seed, int cellsX, int cellsY, int octaves, float persistence) {
        float[] out = new float[SIDE * SIDE];
        float amplitude = 1;
        float norm = 0;
        for (int octave = 0; octave < octaves; octave++) {
            int nx = cellsX << octave;
            int ny = cellsY << octave;
            for (int row = 0; row < SIDE; row++) {
                float y = row * ny / (float) SIDE;
                int iy = (int) y;
                float fy = fade(y - iy);
                for (int column = 0; column < SIDE; column++) {
                    float x = column * nx / (float) SIDE;
                    int ix = (int) x;
                    float fx = fade(x - ix);
                    float a = hash(seed + octave, ix, iy);
                    float b = hash(seed + octave, (ix + 1) % nx, iy);
                    float c = hash(seed + octave, ix, (iy + 1) % ny);
                    float d = hash(seed + octave, (ix + 1) % nx, (iy + 1) % ny);
                    float upper = a + fx * (b - a);
                    out[row * SIDE + column] += amplitude * (upper + fy * (c + fx * (d - c) - upper));
                }
            }
            norm += amplitude;
            amplitude *= persistence;
        }
        for (int i = 0; i < out.length; i++) {
            out[i] *= 1.6f / norm;
        }
        return out;
    }

    private static float fade(float t) {
        return t * t * (3 - 2 * t);
    }

    private static float[] skin() {
        float[] cells = fractal(23, 22, 22, 3, 0.8f);
        float[] warp = fractal(31, 18, 18, 2, 0.6f);
        float[] pores = fractal(37, 64, 64, 1, 1);
        float[] out = new float[SIDE * SIDE];
        for (int i = 0; i < out.length; i++) {
            int column = i % SIDE;
            int row = i / SIDE;
            // Bent by another noise, the square cells of value noise no longer show.
            float dx = 7 * warp[i];
            float dy = 7 * warp[(row + 97) % SIDE * SIDE + (column + 41) % SIDE];
            float pore = Math.max(0, -pores[i] - 0.8f);
            out[i] = 0.75f * sample(cells, column + dx, row + dy) - 1.2f * pore;
        }
        return out;
    }

    private static float[] wrinkles() {
        float[] coarse = fractal(51, 5, 26, 2, 0.6f);
        float[] fine = fractal(67, 12, 60, 1, 1);
        float[] out = new float[SIDE * SIDE];
        for (int i = 0; i < out.length; i++) {
            // A crease runs where the noise crosses zero.
            float a = 1 - Math.min(1, Math.abs(coarse[i]) * 4.5f);
            float b = 1 - Math.min(1, Math.abs(fine[i]) * 3);
            out[i] = -0.75f * a * a - 0.35f * b * b;
        }
        return out;
    }

    private static float[][] vessels() {
        float[][] maps = new float[VESSEL_MAPS][];
        for (int map = 0; map < VESSEL_MAPS; map++) {
            SplittableRandom random = new SplittableRandom(mix(97, map));
            float[] out = new float[SIDE * SIDE];
            for (int vessel = 0; vessel < 46; vessel++) {
                double angle = 2 * Math.PI * random.nextDouble();
                double heading = angle + Math.PI + 0.8 * (random.nextDouble() - 0.5);
                grow(
                        out,
                        random,
                        128 + 126 * Math.cos(angle),
                        128 + 126 * Math.sin(angle),
                        heading,
                        0.35 + 0.65 * random.nextDouble(),
                        3);
            }
            maps[map] = out;
        }
        return maps;
    }

    /** A vessel wanders from the rim of the globe towards the cornea, thins and forks. */
    private static void grow(
            float[] out, SplittableRandom random, double x, double y, double heading, double strength, int forks) {
        double turn = 0;
        int left = forks;
        double weight = strength;
        for (int step = 0; step < 160 && weight > 0.06; step++) {
            turn = 0.86 * turn + 0.16 * (random.nextDouble() - 0.5);
            heading += turn;
            x += 0.7 * Math.cos(heading);
            y += 0.7 * Math.sin(heading);
            weight *= 0.988;
            int column = (int) x;
            int row = (int) y;
            if (column < 0 || row < 0 || column >= SIDE - 1 || row >= SIDE - 1) {
                return;
            }
            float fx = (float) (x - column);
            float fy = (float) (y - row);
            float w = (float) (0.7 * weight);
            int at = row * SIDE + column;
            add(out, at, w * (1 - fx) * (1 - fy));
            add(out, at + 1, w * fx * (1 - fy));
            add(out, at + SIDE, w * (1 - fx) * fy);
            add(out, at + SIDE + 1, w * fx * fy);
            if (left > 0 && random.nextDouble() < 0.03) {
                left--;
                grow(out, random, x, y, heading + (random.nextBoolean() ? 0.6 : -0.6), 0.7 * weight, left);
            }
        }
    }

    private static void add(float[] out, int at, float amount) {
        out[at] = Math.min(1, out[at] + amount);
    }
}
