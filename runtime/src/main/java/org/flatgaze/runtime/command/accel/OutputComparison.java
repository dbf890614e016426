package org.flatgaze.runtime.command.accel;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.flatgaze.accel.TensorSpec;

/** Two backends' outputs for the same inputs, held against each other. 0 and -0 are the same, so are two NaN. */
final class OutputComparison {

    private final List<TensorSpec> specs;
    private final double[] steps;
    private final long[] elements;
    private final long[] mismatches;
    private final double[] maxAbsDiff;

    /**
     * Compares.
     *
     * @param specs outputs of the model
     * @param left numbers of the one backend: [input][output][element]
     * @param right numbers of the other
     * @param steps quantisation step of each output, 0 where there is none
     */
    OutputComparison(List<TensorSpec> specs, float[][][] left, float[][][] right, double[] steps) {
        this.specs = specs;
        this.steps = steps;
        this.elements = new long[specs.size()];
        this.mismatches = new long[specs.size()];
        this.maxAbsDiff = new double[specs.size()];
        for (int n = 0; n < left.length; n++) {
            for (int o = 0; o < specs.size(); o++) {
                compare(o, left[n][o], right[n][o]);
            }
        }
    }

    private void compare(int output, float[] left, float[] right) {
        elements[output] += left.length;
        for (int i = 0; i < left.length; i++) {
            if (left[i] == right[i] || (Float.isNaN(left[i]) && Float.isNaN(right[i]))) {
                continue;
            }
            mismatches[output]++;
            double difference = Math.abs((double) left[i] - right[i]);
            // A NaN against a number is as far away as it gets.
            maxAbsDiff[output] =
                    Math.max(maxAbsDiff[output], Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference);
        }
    }

    long outputs() {
        return sum(elements);
    }

    long mismatches() {
        return sum(mismatches);
    }

    double maxAbsDiff() {
        double most = 0;
        for (double difference : maxAbsDiff) {
            most = Math.max(most, difference);
        }
        return most;
    }

    private static long sum(long[] counts) {
        long sum = 0;
        for (long count : counts) {
            sum += count;
        }
        return sum;
    }

    /** @param title what is compared, or null if there was one backend only */
    String text(String title) {
        if (title == null) {
            return String.format(Locale.ROOT, "  %d outputs%n", outputs());
        }
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%s: %d of %d outputs differ (%.4f %% are equal), at most by %.6g%n",
                title,
                mismatches(),
                outputs(),
                100.0 * (outputs() - mismatches()) / outputs(),
                maxAbsDiff()));
        for (int o = 0; o < specs.size(); o++) {
            if (steps[o] > 0 && mismatches[o] > 0) {
                text.append(String.format(
                        Locale.ROOT,
                        "  output %s: %.2f quantisation steps of %.6g%n",
                        specs.get(o).name(),
                        maxAbsDiff[o] / steps[o],
                        steps[o]));
            }
        }
        return text.toString();
    }

    void toJson(Map<String, Object> result, boolean compared) {
        result.put("outputs", outputs());
        if (!compared) {
            return;
        }
        result.put("mismatches", mismatches());
        result.put("max_abs_diff", finite(maxAbsDiff()));
        result.put("equal_share", (double) (outputs() - mismatches()) / outputs());
        List<Map<String, Object>> tensors = new ArrayList<>();
        for (int o = 0; o < specs.size(); o++) {
            Map<String, Object> tensor = new LinkedHashMap<>();
            tensor.put("name", specs.get(o).name());
            tensor.put("outputs", elements[o]);
            tensor.put("mismatches", mismatches[o]);
            tensor.put("max_abs_diff", finite(maxAbsDiff[o]));
            if (steps[o] > 0) {
                tensor.put("max_steps", finite(maxAbsDiff[o] / steps[o]));
            }
            tensors.add(tensor);
        }
        result.put("tensors", tensors);
    }

    /** JSON has no infinity. */
    private static Object finite(double value) {
        return Double.isInfinite(value) ? "infinite" : (Object) value;
    }
}
