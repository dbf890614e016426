package org.flatgaze.calibration.camera;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Calibrates a FlatCam without patterns, from ordinary frames and their pictures: each side is one shadow kernel shifted by
 * {@code slope} samples a scene pixel, and the two kernels are found by alternating least squares, each step in closed form.
 *
 * <p>With the right side known, a frame is linear in the left kernel: {@code Y = PhiL(k) (X PhiR^T)}. Since whole rows shift the
 * kernel by whole samples, the normal matrix is a small block summed along the diagonal, so that a step costs hundredths of a
 * second. Wrong slopes leave more of the frames unexplained, which is how the slope is found.
 */
public final class PairCalibration {

    private static final double RIDGE = 1e-2;
    private static final int STEPS = 10;
    private static final int SEARCH_STEPS = 6;
    private static final double LEAST_SLOPE = 0.2;
    private static final double LARGEST_SLOPE = 1.0;
    private static final double SLOPE_STEP = 0.04;
    /** Wrong slopes leave 0.6 to 0.7 of the real rig's energy (root), right ones 0.5. */
    private static final double LARGEST_RESIDUAL = 0.9;

    private PairCalibration() {}

    /**
     * One plane of a frame and the picture it makes, any units.
     *
     * @param plane rows x cols
     * @param picture scene x scene
     */
    @SuppressWarnings("ArrayRecordComponent") // a carrier of pixels
    public record Pair(float[] plane, float[] picture) {}

    /**
     * What was found.
     *
     * @param matrices both sides
     * @param slope samples of shift per scene pixel, down and across; negative where the shadow runs against the scene
     * @param residual root of the share of the frames' energy that is not explained; the pictures are not the whole truth, so
     *     0.5 is usual
     */
    @SuppressWarnings("ArrayRecordComponent") // a report
    public record Result(SeparablePair matrices, double[] slope, double residual) {}

    /**
     * Fits.
     *
     * @param pairs planes of all colours of one or more frames with their pictures, at least one
     * @throws CalibrationRefusedException if no slope explains the frames
     */
    public static Result fit(List<Pair> pairs, int rows, int cols, int scene, CaptureProgress progress) {
        if (pairs.isEmpty()) {
            throw new IllegalArgumentException("pairs=0: expected at least 1");
        }
        for (Pair pair : pairs) {
            if (pair.plane().length != rows * cols || pair.picture().length != scene * scene) {
                throw new IllegalArgumentException(
                        "plane.length=" + pair.plane().length + " picture.length=" + pair.picture().length
                                + ": expected " + rows + " x " + cols + " and " + scene + " x " + scene);
            }
        }
        double[] slope = search(pairs, rows, cols, scene, progress);
        slope = refined(List.of(strongest(pairs)), rows, cols, scene, slope);
        Alternation best = new Alternation(pairs, rows, cols, scene, slope, 1);
        double residual = 1;
        for (int step = 0; step < STEPS; step++) {
            residual = best.step();
            progress.at("kernels", step + 1, STEPS, residual);
        }
        if (!(residual < LARGEST_RESIDUAL)) {
            throw new CalibrationRefusedException(String.format(
                    Locale.ROOT,
                    "no shadow explains the frames (%.2f of their energy is left, limit %.2f): frames and pictures do not"
                            + " belong together, the plane is cut wrongly, or the mask is not separable",
                    residual,
                    LARGEST_RESIDUAL));
        }
        return new Result(best.matrices(), slope, residual);
    }

    /** Tries slopes of either sign on planes binned 4 x 4, then refines the best on planes binned 2 x 2. */
    private static double[] search(List<Pair> pairs, int rows, int cols, int scene, CaptureProgress progress) {
        List<Pair> small = List.of(binned(strongest(pairs), cols, scene));
        List<Pair> tiny = List.of(binned(small.get(0), cols / 2, scene / 2));
        double[] best = {0.5, 0.5};
        double least = Double.POSITIVE_INFINITY;
        int total = (int) Math.round((LARGEST_SLOPE - LEAST_SLOPE) / SLOPE_STEP) + 1;
        for (int i = 0; i < total; i++) {
            double size = LEAST_SLOPE + i * SLOPE_STEP;
            for (int signs = 0; signs < 4; signs++) {
                double[] slope = {(signs & 1) == 0 ? size : -size, (signs & 2) == 0 ? size : -size};
                double residual = run(tiny, rows / 2 / 2, cols / 2 / 2, scene / 4, slope, SEARCH_STEPS);
                if (residual < least) {
                    least = residual;
                    best = slope;
                }
            }
            progress.at("slope", i + 1, total, least);
        }
        least = run(small, rows / 2, cols / 2, scene / 2, best, SEARCH_STEPS);
        for (double step = SLOPE_STEP / 2; step > 0.002; step /= 2) {
            for (int axis = 0; axis < 2; axis++) {
                for (int sense = -1; sense <= 1; sense += 2) {
                    double[] slope = best.clone();
                    slope[axis] += sense * step;
                    double residual = run(small, rows / 2, cols / 2, scene / 2, slope, SEARCH_STEPS);
                    if (residual < least) {
                        least = residual;
                        best = slope;
                    }
                }
            }
        }
        return best;
    }

    /** Binning blurs the optimum: the last digits come from the full planes. */
    private static double[] refined(List<Pair> pairs, int rows, int cols, int scene, double[] start) {
        double[] best = start;
        double least = run(pairs, rows, cols, scene, best, SEARCH_STEPS);
        for (double step = 0.008; step > 0.0008; step /= 2) {
            for (int axis = 0; axis < 2; axis++) {
                for (int sense = -1; sense <= 1; sense += 2) {
                    double[] slope = best.clone();
                    slope[axis] += sense * step;
                    double residual = run(pairs, rows, cols, scene, slope, SEARCH_STEPS);
                    if (residual < least) {
                        least = residual;
                        best = slope;
                    }
                }
            }
        }
        return best;
    }

    private static double run(List<Pair> pairs, int rows, int cols, int scene, double[] slope, int steps) {
        Alternation trial = new Alternation(pairs, rows, cols, scene, slope, 1);
        double residual = 1;
        for (int i = 0; i < steps; i++) {
            residual = trial.step();
        }
        return residual;
    }

    private static Pair strongest(List<Pair> pairs) {
        Pair best = pairs.get(0);
        double most = -1;
        for (Pair pair : pairs) {
            double energy = Centring.energy(pair.picture());
            if (energy > most) {
                most = energy;
                best = pair;
            }
        }
        return best;
    }

    private static Pair binned(Pair pair, int cols, int scene) {
        return new Pair(binned(pair.plane(), cols), binned(pair.picture(), scene));
    }

    private static float[] binned(float[] x, int cols) {
        int rows = x.length / cols;
        int w = cols / 2;
        float[] out = new float[rows / 2 * w];
        for (int r = 0; r < rows / 2; r++) {
            for (int c = 0; c < w; c++) {
                int at = 2 * r * cols + 2 * c;
                out[r * w + c] = 0.25f * (x[at] + x[at + 1] + x[at + cols] + x[at + cols + 1]);
            }
        }
        return out;
    }

    /** The state of one alternation. */
    private static final class Alternation {

        private final int rows;
        private final int cols;
        private final int scene;
        private final float[][] planes;
        private final float[][] turnedPlanes;
        private final float[][] pictures;
        private final float[][] turnedPictures;
        private final double[] energies;
        private final double[] gains;
        private final KernelSide left;
        private final KernelSide right;

        Alternation(List<Pair> pairs, int rows, int cols, int scene, double[] slope, long seed) {
            this.rows = rows;
            this.cols = cols;
            this.scene = scene;
            int n = pairs.size();
            planes = new float[n][];
            turnedPlanes = new float[n][];
            pictures = new float[n][];
            turnedPictures = new float[n][];
            energies = new double[n];
            double unit = unit(pairs, rows, cols);
            gains = new double[n];
            Arrays.fill(gains, 1);
            for (int i = 0; i < n; i++) {
                float[] plane = pairs.get(i).plane().clone();
                Centring.centre(plane, rows, cols);
                // One factor for all planes: a dim one is as noisy as a bright one and must not count as much.
                scale(plane, 1 / unit);
                planes[i] = plane;
                turnedPlanes[i] = RotationSearch.transposed(plane, rows, cols);
                float[] picture = pairs.get(i).picture().clone();
                scale(picture, 1 / Math.max(Math.sqrt(Centring.energy(picture) / picture.length), 1e-30));
                pictures[i] = picture;
                turnedPictures[i] = RotationSearch.transposed(picture, scene, scene);
                energies[i] = Centring.energy(plane);
            }
            SplittableRandom random = new SplittableRandom(seed);
            left = new KernelSide(rows, scene, slope[0], random);
            right = new KernelSide(cols, scene, slope[1], random);
        }

        /** One step for either side and the gains; answers the root of the unexplained share. */
        double step() {
            left.solve(planes, pictures, gains, right.matrix(), cols, RIDGE);
            right.solve(turnedPlanes, turnedPictures, gains, left.matrix(), rows, RIDGE);
            SeparablePair pair = matrices();
            double wrong = 0;
            double all = 0;
            for (int i = 0; i < planes.length; i++) {
                float[] predicted = pair.predict(pictures[i]);
                double along = Centring.dot(predicted, planes[i]);
                double size = Centring.energy(predicted);
                gains[i] = size > 0 ? along / size : gains[i];
                wrong += energies[i] - gains[i] * along;
                all += energies[i];
            }
            return Math.sqrt(Math.max(0, wrong) / all);
        }

        SeparablePair matrices() {
            return new SeparablePair(rows, cols, scene, left.matrix(), right.matrix());
        }

        private static double unit(List<Pair> pairs, int rows, int cols) {
            double energy = 0;
            for (Pair pair : pairs) {
                float[] plane = pair.plane().clone();
                Centring.centre(plane, rows, cols);
                energy += Centring.energy(plane) / plane.length / pairs.size();
            }
            return Math.max(Math.sqrt(energy), 1e-30);
        }

        private static void scale(float[] x, double factor) {
            for (int i = 0; i < x.length; i++) {
                x[i] = (float) (x[i] * factor);
            }
        }
    }
}
