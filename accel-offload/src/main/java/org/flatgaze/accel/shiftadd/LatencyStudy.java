package org.flatgaze.accel.shiftadd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.flatgaze.accel.bench.PairedTimer;
import org.flatgaze.accel.shiftadd.cost.LatencyPredictor;
import org.flatgaze.accel.shiftadd.cost.LatencySample;

/**
 * Measures the int8 product at random shapes on this machine and asks how well the predictor, trained on four fifths of
 * them, tells the rest.
 *
 * @param measured shapes measured
 * @param heldOut shapes the predictor did not see
 * @param unknown held-out shapes it declined
 * @param withinTenPercent share of the answered ones predicted within 10 %
 * @param withinFivePercent share predicted within 5 %
 * @param repeatedWithinTenPercent share of held-out shapes whose second measurement is within 10 % of the first: no predictor
 *     can be relied upon to do better
 * @param inInterval share inside the predicted interval
 * @param modelRankCorrelation rank correlation over models made of ten held-out layers each, predicted layer by layer
 * @param modelError mean relative error of those models
 */
public record LatencyStudy(
        int measured,
        int heldOut,
        int unknown,
        double withinTenPercent,
        double withinFivePercent,
        double repeatedWithinTenPercent,
        double inInterval,
        double modelRankCorrelation,
        double modelError) {

    private static final int HELD_OUT_OF = 5;
    private static final int VISITS = 4;
    private static final int MODELS = 40;
    private static final int MODEL_LAYERS = 10;

    /**
     * Measures and evaluates.
     *
     * @param shapes number of shapes, at least 100
     */
    public static LatencyStudy run(int shapes, PairedTimer timer, long seed) {
        if (shapes < 100) {
            throw new IllegalArgumentException("shapes=" + shapes + ": expected at least 100");
        }
        Random random = new Random(seed);
        // The compiler's share of the first shapes would be learned as theirs.
        measure(random, 200, 300, 200, new PairedTimer(3000, 1, 1));
        int[][] sizes = new int[shapes][];
        for (int i = 0; i < shapes; i++) {
            sizes[i] =
                    new int[] {logUniform(random, 8, 1024), logUniform(random, 32, 1024), logUniform(random, 16, 512)};
        }
        // A shared processor is slower for seconds on end: every shape is visited several times, its fastest visit
        // counts.
        double[] latency = new double[shapes];
        double[] again = new double[shapes];
        Arrays.fill(latency, Double.POSITIVE_INFINITY);
        Arrays.fill(again, Double.POSITIVE_INFINITY);
        for (int visit = 0; visit < VISITS; visit++) {
            for (int i = 0; i < shapes; i++) {
                latency[i] = Math.min(latency[i], measure(random, sizes[i][0], sizes[i][1], sizes[i][2], timer));
            }
            for (int i = 0; i < shapes; i += HELD_OUT_OF) {
                again[i] = Math.min(again[i], measure(random, sizes[i][0], sizes[i][1], sizes[i][2], timer));
            }
        }
        List<LatencySample> train = new ArrayList<>();
        List<LatencySample> test = new ArrayList<>();
        double repeated = 0;
        for (int i = 0; i < shapes; i++) {
            boolean heldOut = i % HELD_OUT_OF == 0;
            (heldOut ? test : train)
                    .add(new LatencySample(features(sizes[i][0], sizes[i][1], sizes[i][2]), latency[i]));
            if (heldOut && Math.abs(again[i] / latency[i] - 1) <= 0.10) {
                repeated++;
            }
        }
        return evaluate(shapes, LatencyPredictor.of(train), test, repeated / test.size(), random);
    }

    /**
     * What the time of a product depends on: rows and outputs as its tiles see them, inputs, and a rough count of vector
     * instructions - multiply-adds, panels widened once for every 96 rows, sums stored once for every 256 inputs.
     */
    static double[] features(int rows, int inputs, int outputs) {
        int width = ProductTile.COLUMNS;
        double tileRows = roundUp(rows, ProductTile.ROWS);
        double tileOutputs = roundUp(outputs, width);
        double multiplyAdds = tileRows * inputs * tileOutputs / width;
        double widening = 4 * ((roundUp(rows, 96) / 96) * inputs * tileOutputs + (double) rows * inputs) / width;
        double storing = 8.0 * rows * outputs * (roundUp(inputs, 256) / 256) / width;
        return new double[] {tileRows, inputs, tileOutputs, multiplyAdds + widening + storing};
    }

    private static double measure(Random random, int rows, int inputs, int outputs, PairedTimer timer) {
        byte[] weights = new byte[inputs * outputs];
        byte[] x = new byte[rows * inputs];
        random.nextBytes(weights);
        random.nextBytes(x);
        int[] y = new int[rows * outputs];
        MatrixKernel kernel = ShiftAddKernels.best().product(new Int8Matrix(outputs, inputs, weights));
        return timer.undisturbed(() -> kernel.run(rows, x, 0, y, 0));
    }

    private static LatencyStudy evaluate(
            int shapes, LatencyPredictor predictor, List<LatencySample> test, double repeated, Random random) {
        List<double[]> pairs = new ArrayList<>();
        int tenPercent = 0;
        int fivePercent = 0;
        int inside = 0;
        for (LatencySample sample : test) {
            LatencyPredictor.Prediction p = predictor.predict(sample.features());
            if (p.known()) {
                double error = Math.abs(p.latency() / sample.latency() - 1);
                tenPercent += error <= 0.10 ? 1 : 0;
                fivePercent += error <= 0.05 ? 1 : 0;
                inside += sample.latency() >= p.low() && sample.latency() <= p.high() ? 1 : 0;
                pairs.add(new double[] {p.latency(), sample.latency()});
            }
        }
        double known = pairs.size();
        double[] predicted = new double[MODELS];
        double[] measured = new double[MODELS];
        double modelError = 0;
        for (int m = 0; m < MODELS; m++) {
            for (int l = 0; l < MODEL_LAYERS; l++) {
                double[] pair = pairs.get(random.nextInt(pairs.size()));
                predicted[m] += pair[0];
                measured[m] += pair[1];
            }
            modelError += Math.abs(predicted[m] / measured[m] - 1) / MODELS;
        }
        return new LatencyStudy(
                shapes,
                test.size(),
                test.size() - pairs.size(),
                tenPercent / known,
                fivePercent / known,
                repeated,
                inside / known,
                rankCorrelation(predicted, measured),
                modelError);
    }

    /** Spearman's coefficient; ties are not expected. */
    static double rankCorrelation(double[] a, double[] b) {
        double squares = 0;
        for (int i = 0; i < a.length; i++) {
            double difference = rank(a, a[i]) - rank(b, b[i]);
            squares += difference * difference;
        }
        double n = a.length;
        return 1 - 6 * squares / (n * (n * n - 1));
    }

    private static double rank(double[] values, double value) {
        return Arrays.stream(values).filter(other -> other < value).count();
    }

    private static int logUniform(Random random, int low, int high) {
        return (int) Math.round(low * Math.pow((double) high / low, random.nextDouble()));
    }

    private static double roundUp(int value, int step) {
        int steps = (value + step - 1) / step;
        return (double) steps * step;
    }
}
