package org.flatgaze.flatcam.sim;

/**
 * Relief of one iris in polar form: fibres, crypts, furrows and the collarette, as a factor on its albedo. Rings x sectors;
 * ring 0 is the pupil's edge. Immutable.
 */
final class IrisTexture {

    private static final int RINGS = 32;
    private static final int SECTORS = 256;

    private final float[] factor = new float[RINGS * SECTORS];

    IrisTexture(long seed, Complexion look) {
        Draws draws = new Draws(seed);
        float contrast = (float) look.irisContrast();
        fibres(draws);
        for (int ring = 0; ring < RINGS; ring++) {
            double rho = ring / (double) (RINGS - 1);
            // Fibres are finest and clearest outside the collarette; the sphincter inside is smoother and brighter.
            double outside = smooth((rho - look.collarette() + 0.06) / 0.12);
            double ruff = 1 - 0.4 * Math.exp(-rho * rho / 0.0018);
            double radial = ruff * (1 + 0.14 * (1 - outside) * contrast / 0.25) * (1 - 0.2 * contrast * rho);
            for (int sector = 0; sector < SECTORS; sector++) {
                double zigzag = 0.03 * Math.sin(0.39 * sector + seed % 7) * Math.sin(0.147 * sector);
                double distance = (rho - look.collarette() - zigzag) / 0.05;
                double ridge = 0.3 * contrast * Math.exp(-distance * distance);
                int at = ring * SECTORS + sector;
                double relief = contrast * factor[at] * (0.45 + 0.55 * outside);
                factor[at] = (float) Math.clamp(radial * (1 + relief) + ridge, 0.25, 1.9);
            }
        }
        crypts(draws, look, contrast);
    }

    /** Noise that is long along the radius and short along the circle, slightly wavy. */
    private void fibres(Draws draws) {
        int[] counts = {18, 41, 83, 127};
        float[] weights = {0.35f, 0.5f, 0.55f, 0.4f};
        int bands = 4;
        for (int layer = 0; layer < counts.length; layer++) {
            int n = counts[layer];
            float[] cells = new float[n * (bands + 1)];
            for (int i = 0; i < cells.length; i++) {
                cells[i] = (float) draws.uniform(-1, 1);
            }
            float wave = (float) draws.uniform(-0.5, 0.5);
            for (int ring = 0; ring < RINGS; ring++) {
                float v = ring * bands / (float) RINGS;
                int band = (int) v;
                float fv = v - band;
                for (int sector = 0; sector < SECTORS; sector++) {
                    float u = sector * n / (float) SECTORS + wave * ring / RINGS + n;
                    int cell = (int) u;
                    float fu = u - cell;
                    fu = fu * fu * (3 - 2 * fu);
                    int a = cell % n;
                    int b = (cell + 1) % n;
                    float near = cells[band * n + a] + fu * (cells[band * n + b] - cells[band * n + a]);
                    float far =
                            cells[(band + 1) * n + a] + fu * (cells[(band + 1) * n + b] - cells[(band + 1) * n + a]);
                    factor[ring * SECTORS + sector] += weights[layer] * (near + fv * (far - near));
                }
            }
        }
    }

    private void crypts(Draws draws, Complexion look, float contrast) {
        int count = 4 + draws.below(14);
        for (int crypt = 0; crypt < count; crypt++) {
            double rho = Math.min(0.9, look.collarette() + draws.uniform(-0.02, 0.3));
            int centre = draws.below(SECTORS);
            double wide = draws.uniform(2, 5.5);
            double tall = draws.uniform(1.2, 3.5);
            double depth = draws.uniform(0.3, 1) * Math.min(0.45, 1.3 * contrast);
            int middle = (int) (rho * (RINGS - 1));
            for (int ring = Math.max(0, middle - 7); ring < Math.min(RINGS, middle + 8); ring++) {
                for (int offset = -12; offset <= 12; offset++) {
                    double a = offset / wide;
                    double b = (ring - middle) / tall;
                    int at = ring * SECTORS + ((centre + offset + SECTORS) % SECTORS);
                    factor[at] *= (float) (1 - depth * Math.exp(-a * a - b * b));
                }
            }
        }
    }

    private static double smooth(double t) {
        double c = Math.clamp(t, 0, 1);
        return c * c * (3 - 2 * c);
    }

    /**
     * Factor on the iris albedo.
     *
     * @param rho 0 at the pupil's edge .. 1 at the limbus
     * @param turn angle round the iris, in turns, -1..2
     */
    float sample(float rho, float turn) {
        float v = Math.min(Math.max(rho, 0), 0.9999f) * (RINGS - 1);
        int ring = (int) v;
        float fv = v - ring;
        float u = (turn + 1) * SECTORS;
        int sector = (int) u;
        float fu = u - sector;
        int left = ring * SECTORS + (sector & (SECTORS - 1));
        int right = ring * SECTORS + ((sector + 1) & (SECTORS - 1));
        float near = factor[left] + fu * (factor[right] - factor[left]);
        float far = factor[left + SECTORS] + fu * (factor[right + SECTORS] - factor[left + SECTORS]);
        return near + fv * (far - near);
    }
}
