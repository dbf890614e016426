package org.flatgaze.calibration.camera;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.flatgaze.flatcam.SensorFormat;

/**
 * All captures of a plan, read, averaged and checked: one difference frame (positive minus negative, height x width, share
 * of full scale) for every Hadamard pattern of either side.
 */
final class PatternCaptures {

    private static final int FIRST_PAIRS = 8;

    private final PatternPlan plan;
    private final CaptureSource source;
    private final CaptureLimits limits;
    private final CaptureVerdicts verdicts;
    private final CaptureProgress progress;
    private final float[][] left;
    private final float[][] right;
    private final float[][] tests = new float[PatternPlan.TEST_SCENES][];
    private final double[] testLight = new double[PatternPlan.TEST_SCENES];
    private final double[] sameWhite;
    private final double[] pairLight;
    private float[] firstSums;
    /** Sums in double are exact here, so that the order in which threads add does not show. */
    private double[] white;

    private double whiteLight;
    private float[] dark;
    private double darkLight;
    private double sumVariance;
    private HotPixels hot;

    private PatternCaptures(CaptureSource source, PatternPlan plan, CaptureLimits limits, CaptureProgress progress) {
        this.source = source;
        this.plan = plan;
        this.limits = limits;
        this.verdicts = new CaptureVerdicts(plan, limits);
        this.progress = progress;
        this.left = new float[plan.size()][];
        this.right = new float[plan.size()][];
        this.sameWhite = new double[2 * plan.size()];
        this.pairLight = new double[2 * plan.size()];
        SensorFormat sensor = source.sensor();
        this.hot = HotPixels.none(sensor.height(), sensor.width());
    }

    /**
     * Reads everything.
     *
     * @param threads threads that read, at least 1
     * @throws CalibrationRefusedException if the captures do not make a calibration
     * @throws IOException if one cannot be read
     */
    static PatternCaptures read(
            CaptureSource source, PatternPlan plan, CaptureLimits limits, int threads, CaptureProgress progress)
            throws IOException {
        PatternCaptures captures = new PatternCaptures(source, plan, limits, progress);
        captures.readDark();
        captures.readFirstPairs();
        captures.readOthers(threads);
        captures.checkLight();
        captures.checkMovement();
        captures.useAllPairsAsWhite();
        ShotReader reader = captures.reader(source);
        for (int i = 0; i < captures.tests.length; i++) {
            captures.tests[i] = reader.read(plan.testPosition(i));
            captures.testLight[i] = reader.light() - captures.darkLight;
            captures.subtract(captures.tests[i], captures.dark);
        }
        return captures;
    }

    /** Differences of the left patterns; index is the column of the Hadamard matrix. */
    float[][] left() {
        return left;
    }

    float[][] right() {
        return right;
    }

    /** Mean of a test scene's capture over the mean of the white screen's. */
    double testShare(int index) {
        return testLight[index] / (2 * halfLight());
    }

    /** Test scenes, dark subtracted. */
    float[][] tests() {
        return tests;
    }

    int[] hotPixels() {
        return hot.pixels();
    }

    /** Standard deviation of one pixel of a half-lit capture as averaged here, share of full scale. */
    double captureSigma() {
        return Math.sqrt(sumVariance / 2);
    }

    /** Mean of the dark frames, share of full scale. */
    double darkLevel() {
        return darkLight;
    }

    /** Mean of a half-lit capture above dark, share of full scale. */
    double halfLight() {
        double sum = 0;
        for (int i = 1; i < pairLight.length; i++) {
            sum += pairLight[i] / 2;
        }
        return sum / (pairLight.length - 1);
    }

    private ShotReader reader(CaptureSource from) {
        return new ShotReader(from, plan, limits, hot);
    }

    private void subtract(float[] from, float[] what) {
        for (int i = 0; i < from.length; i++) {
            from[i] -= what[i];
        }
    }

    private void readDark() throws IOException {
        ShotReader reader = reader(source);
        float[] raw = reader.read(plan.darkPosition(0));
        hot = HotPixels.find(raw, source.sensor().height(), source.sensor().width());
        reader = reader(source);
        dark = reader.read(plan.darkPosition(0));
        darkLight = reader.light();
        for (int i = 1; i < 3; i++) {
            float[] other = reader.read(plan.darkPosition(i));
            verdicts.requireSameDark(plan.darkPosition(i), reader.light(), darkLight);
            for (int p = 0; p < dark.length; p++) {
                dark[p] += (other[p] - dark[p]) / (i + 1);
            }
        }
    }

    /** The first pairs make the white picture that all later ones are held against. */
    private void readFirstPairs() throws IOException {
        ShotReader reader = reader(source);
        int first = Math.min(FIRST_PAIRS, plan.size() / 2);
        firstSums = new float[dark.length];
        white = new double[dark.length];
        float[] sum = new float[dark.length];
        for (int k = 0; k < first; k++) {
            left[k] = pair(reader, Shot.Kind.LEFT, k, sum);
            for (int i = 0; i < sum.length; i++) {
                firstSums[i] += sum[i] / first;
                white[i] += sum[i];
            }
        }
        Centring.centre(firstSums, source.sensor().height(), source.sensor().width());
        Arrays.fill(sameWhite, 0, first, Double.NaN);
    }

    private void readOthers(int threads) throws IOException {
        int n = plan.size();
        int first = Math.min(FIRST_PAIRS, n / 2);
        double[] variances = new double[2 * n];
        AtomicInteger next = new AtomicInteger(first);
        AtomicInteger done = new AtomicInteger(first);
        ExecutorService workers = Executors.newFixedThreadPool(threads);
        try {
            Future<?>[] pending = new Future<?>[threads];
            for (int t = 0; t < threads; t++) {
                CaptureSource own = t == 0 ? source : source.newInstance();
                pending[t] = workers.submit(() -> {
                    ShotReader reader = reader(own);
                    float[] sum = new float[dark.length];
                    for (int k = next.getAndIncrement(); k < 2 * n; k = next.getAndIncrement()) {
                        Shot.Kind kind = k < n ? Shot.Kind.LEFT : Shot.Kind.RIGHT;
                        (k < n ? left : right)[k % n] = pair(reader, kind, k % n, sum);
                        synchronized (this) {
                            for (int i = 0; i < sum.length; i++) {
                                white[i] += sum[i];
                            }
                        }
                        Centring.centre(
                                sum, source.sensor().height(), source.sensor().width());
                        sameWhite[k] = Centring.dot(sum, firstSums);
                        variances[k] = residual(sum);
                        progress.at("captures", done.incrementAndGet(), 2 * n, Double.NaN);
                    }
                    return null;
                });
            }
            for (Future<?> task : pending) {
                task.get();
            }
            sumVariance = Arrays.stream(variances).sum() / (2 * n - first);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException io -> throw io;
                case CalibrationRefusedException refused -> throw refused;
                default -> throw new IllegalStateException("reading captures failed: " + e.getCause(), e.getCause());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while reading captures; run the same command again", e);
        } finally {
            workers.shutdownNow();
        }
    }

    /** Mean square of a centred sum about the first pairs' sum, whose own noise is taken off. */
    private double residual(float[] sum) {
        int first = Math.min(FIRST_PAIRS, plan.size() / 2);
        double squares = 0;
        for (int i = 0; i < sum.length; i++) {
            double d = sum[i] - firstSums[i];
            squares += d * d;
        }
        return squares / sum.length / (1 + 1.0 / first);
    }

    /** Difference of a pair; {@code sum} receives its sum. */
    private float[] pair(ShotReader reader, Shot.Kind kind, int k, float[] sum) throws IOException {
        float[] difference = reader.read(plan.position(kind, k, true));
        double positive = reader.light() - darkLight;
        reader.read(plan.position(kind, k, false), sum);
        double negative = reader.light() - darkLight;
        int index = kind == Shot.Kind.LEFT ? k : plan.size() + k;
        pairLight[index] = positive + negative;
        if (k == 0) {
            whiteLight = kind == Shot.Kind.LEFT ? positive : whiteLight;
        }
        verdicts.requirePairLight(kind, k, positive, negative);
        for (int i = 0; i < sum.length; i++) {
            float negativeSample = sum[i];
            sum[i] = difference[i] + negativeSample;
            difference[i] -= negativeSample;
        }
        return difference;
    }

    /** Every pair adds up to the white screen, which is the first pattern of either side: that one is known best of all. */
    private void useAllPairsAsWhite() {
        float[] mean = new float[white.length];
        for (int i = 0; i < white.length; i++) {
            mean[i] = (float) (white[i] / (2 * plan.size()) - 2 * dark[i]);
        }
        left[0] = mean;
        right[0] = mean.clone();
    }

    private void checkLight() {
        double half = halfLight();
        double ratio = whiteLight / (2 * half);
        if (Math.abs(ratio - 1) > limits.lightDrift()) {
            throw new CalibrationRefusedException(String.format(
                    Locale.ROOT,
                    "the white screen is %.2f times the half-lit ones, expected 2 within %.0f %%: automatic exposure, a gamma"
                            + " curve or a screen that dims is on; fix exposure and gain, save raw samples and repeat",
                    2 * ratio,
                    100 * limits.lightDrift()));
        }
    }

    private void checkMovement() {
        double[] known = Arrays.stream(sameWhite).filter(Double::isFinite).toArray();
        int head = Math.max(1, known.length / 16);
        double[] early = Arrays.copyOf(known, head);
        Arrays.sort(early);
        double usual = early[head / 2];
        for (int k = 0; k < sameWhite.length; k++) {
            if (Double.isFinite(sameWhite[k])) {
                Shot.Kind kind = k < plan.size() ? Shot.Kind.LEFT : Shot.Kind.RIGHT;
                verdicts.requireSameWhite(kind, k % plan.size(), sameWhite[k] / usual);
            }
        }
    }
}
