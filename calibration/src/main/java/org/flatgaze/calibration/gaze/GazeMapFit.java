package org.flatgaze.calibration.gaze;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Fits the richest map that the targets bear and that foretells a target left out better than a simpler one: robust (Huber) least
 * squares on the median of every target, leave-one-out to choose.
 */
public final class GazeMapFit {

    /** Samples below which a target does not count. */
    public static final int LEAST_SAMPLES = 3;

    /** A richer map must foretell better by this factor, or the simpler one stays. */
    private static final double WORTH_IT = 0.9;

    private static final double FARTHEST_DEG = 20;

    /** Typical distance from the targets after the fit above which the estimates have nothing to do with them. */
    private static final double UNRELATED_DEG = 5;

    private static final double HUBER_DEG = 1;
    private static final int ROUNDS = 8;

    /** Shrinks gain and curvature towards none, in units of one target's weight: five targets alone hardly know them. */
    private static final double PRIOR = 0.15;

    private GazeMapFit() {}

    /**
     * A fit with what it leaves.
     *
     * @param map the map
     * @param residualDeg residual of each target that took part, degrees: not an accuracy
     * @param targets the targets that took part
     * @param dropped targets shown but not used, with the reason
     */
    public record Result(GazeMap map, List<Double> residualDeg, List<Direction> targets, List<String> dropped) {}

    /**
     * Fits.
     *
     * @param samples one entry a target
     * @param richest richest map allowed
     * @throws GazeRefusedException if no target, or not even half of them, can be used, or the gaze did not follow them
     */
    public static Result fit(List<TargetSamples> samples, GazeMap.Kind richest) {
        List<TargetSamples> used = new ArrayList<>();
        List<String> dropped = new ArrayList<>();
        for (TargetSamples target : samples) {
            String reason = reasonToDrop(target);
            if (reason == null) {
                used.add(target);
            } else {
                dropped.add(String.format(
                        Locale.ROOT,
                        "target %.0f,%.0f: %s",
                        target.target().yawDeg(),
                        target.target().pitchDeg(),
                        reason));
            }
        }
        if (used.isEmpty() || 2 * used.size() < samples.size()) {
            throw new GazeRefusedException("only " + used.size() + " of " + samples.size() + " targets were looked at ("
                    + String.join("; ", dropped) + "); ask the user to follow the targets and repeat");
        }
        GazeMap best = solve(used, GazeMap.Kind.OFFSET);
        double foretold = leaveOneOut(used, GazeMap.Kind.OFFSET);
        for (GazeMap.Kind kind : GazeMap.Kind.values()) {
            if (kind != GazeMap.Kind.OFFSET && kind.compareTo(richest) <= 0 && used.size() >= kind.leastTargets()) {
                double error = leaveOneOut(used, kind);
                if (error < WORTH_IT * foretold) {
                    best = solve(used, kind);
                    foretold = error;
                }
            }
        }
        List<Double> residual = new ArrayList<>();
        for (TargetSamples target : used) {
            residual.add(best.apply(target.median()).angleTo(target.target()));
        }
        double typical = TargetSamples.median(
                residual.stream().mapToDouble(Double::doubleValue).toArray());
        if (typical > UNRELATED_DEG) {
            throw new GazeRefusedException(String.format(
                    Locale.ROOT,
                    "the gaze did not follow the targets: typically %.0f degrees beside them with the best map; ask the user"
                            + " to look at each target and repeat",
                    typical));
        }
        return new Result(
                best, residual, used.stream().map(TargetSamples::target).toList(), List.copyOf(dropped));
    }

    private static String reasonToDrop(TargetSamples target) {
        if (target.directions().size() < LEAST_SAMPLES) {
            return "eye closed or lost in " + Math.round(100 * target.loss()) + " % of the frames";
        }
        double off = target.median().angleTo(target.target());
        return off > FARTHEST_DEG ? String.format(Locale.ROOT, "the user looked %.0f degrees away", off) : null;
    }

    private static double leaveOneOut(List<TargetSamples> used, GazeMap.Kind kind) {
        if (used.size() < 2) {
            return Double.POSITIVE_INFINITY;
        }
        double[] errors = new double[used.size()];
        for (int left = 0; left < errors.length; left++) {
            List<TargetSamples> others = new ArrayList<>(used);
            TargetSamples out = others.remove(left);
            errors[left] = solve(others, kind).apply(out.median()).angleTo(out.target());
        }
        // A user who missed one target must not decide: the middle errors count.
        Arrays.sort(errors);
        int kept = Math.max(1, errors.length - errors.length / 5);
        return Arrays.stream(errors, 0, kept).average().orElseThrow();
    }

    private static GazeMap solve(List<TargetSamples> used, GazeMap.Kind kind) {
        int n = used.size();
        int m = kind.terms();
        double[][] basis = new double[n][];
        double[] yaw = new double[n];
        double[] pitch = new double[n];
        for (int i = 0; i < n; i++) {
            Direction seen = used.get(i).median();
            double y = seen.yawDeg() / GazeMap.SCALE_DEG;
            double p = seen.pitchDeg() / GazeMap.SCALE_DEG;
            basis[i] = Arrays.copyOf(new double[] {1, y, p, y * y, y * p, p * p}, m);
            yaw[i] = used.get(i).target().yawDeg() - seen.yawDeg();
            pitch[i] = used.get(i).target().pitchDeg() - seen.pitchDeg();
        }
        double[] weight = new double[n];
        // Starts from the median, so that a target that was missed has no say from the beginning.
        double middleYaw = TargetSamples.median(yaw.clone());
        double middlePitch = TargetSamples.median(pitch.clone());
        for (int i = 0; i < n; i++) {
            weight[i] = huber(Math.hypot(yaw[i] - middleYaw, pitch[i] - middlePitch) - HUBER_DEG);
        }
        double[] a = new double[m];
        double[] b = new double[m];
        for (int round = 0; round < ROUNDS; round++) {
            a = weighted(basis, yaw, weight, m);
            b = weighted(basis, pitch, weight, m);
            for (int i = 0; i < n; i++) {
                weight[i] = huber(Math.hypot(yaw[i] - dot(a, basis[i]), pitch[i] - dot(b, basis[i])));
            }
        }
        return new GazeMap(kind, a, b);
    }

    private static double huber(double off) {
        return off <= HUBER_DEG ? 1 : HUBER_DEG / off;
    }

    private static double[] weighted(double[][] basis, double[] target, double[] weight, int m) {
        double[][] a = new double[m][m + 1];
        for (int i = 0; i < basis.length; i++) {
            for (int r = 0; r < m; r++) {
                for (int c = 0; c < m; c++) {
                    a[r][c] += weight[i] * basis[i][r] * basis[i][c];
                }
                a[r][m] += weight[i] * basis[i][r] * target[i];
            }
        }
        for (int r = 1; r < m; r++) {
            a[r][r] += PRIOR;
        }
        return eliminated(a, m);
    }

    /** Gauss elimination with pivoting; the prior keeps the matrix regular. */
    private static double[] eliminated(double[][] a, int m) {
        for (int k = 0; k < m; k++) {
            int pivot = k;
            for (int r = k + 1; r < m; r++) {
                pivot = Math.abs(a[r][k]) > Math.abs(a[pivot][k]) ? r : pivot;
            }
            double[] swap = a[k];
            a[k] = a[pivot];
            a[pivot] = swap;
            for (int r = k + 1; r < m; r++) {
                double f = a[r][k] / a[k][k];
                for (int c = k; c <= m; c++) {
                    a[r][c] -= f * a[k][c];
                }
            }
        }
        double[] x = new double[m];
        for (int k = m - 1; k >= 0; k--) {
            double sum = a[k][m];
            for (int c = k + 1; c < m; c++) {
                sum -= a[k][c] * x[c];
            }
            x[k] = sum / a[k][k];
        }
        return x;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
