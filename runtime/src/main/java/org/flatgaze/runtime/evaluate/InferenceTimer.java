package org.flatgaze.runtime.evaluate;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.flatgaze.accel.Execution;

/** Times networks in turns on one thread, so that a neighbour's load falls on all alike. */
final class InferenceTimer {

    private static final int WARM_UP = 30;
    private static final int ROUNDS = 31;
    private static final int RUNS = 5;

    private InferenceTimer() {}

    /**
     * Median microseconds of one run of each network.
     *
     * @param networks what the chain runs
     * @param chain has seen a picture, which its networks are then timed on
     */
    static Map<String, Double> micros(NetworkSet networks, EyeChain chain) {
        List<Execution> executions = chain.executions();
        double[][] micros = new double[executions.size()][ROUNDS];
        for (int i = 1; i < executions.size(); i++) {
            run(executions.get(i), WARM_UP);
        }
        run(executions.getFirst(), RUNS);
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < executions.size(); i++) {
                // The segmentation takes ten times as long as the others: one run a round is enough.
                int runs = i == 0 ? 1 : RUNS;
                long begun = System.nanoTime();
                run(executions.get(i), runs);
                micros[i][round] = (System.nanoTime() - begun) * 1e-3 / runs;
            }
        }
        Map<String, Double> medians = new LinkedHashMap<>();
        medians.put(networks.segmentation().id(), median(micros[0]));
        for (int i = 1; i < micros.length; i++) {
            medians.put(networks.gaze().get(i - 1).id(), median(micros[i]));
        }
        return medians;
    }

    private static void run(Execution execution, int runs) {
        for (int i = 0; i < runs; i++) {
            execution.run();
        }
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }
}
