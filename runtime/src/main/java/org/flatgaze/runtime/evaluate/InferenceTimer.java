package org.flatgaze.runtime.evaluate;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.flatgaze.accel.Execution;

/** Times networks in turns on one thread, so that a neighbour's load falls on all alike. */
public final class InferenceTimer {

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
        int[] runs = new int[chain.executions().size()];
        Arrays.fill(runs, RUNS);
        // The segmentation takes ten times as long as the others: one run a round is enough.
        runs[0] = 1;
        double[] micros = micros(chain.executions(), runs);
        Map<String, Double> medians = new LinkedHashMap<>();
        medians.put(networks.segmentation().id(), micros[0]);
        for (int i = 1; i < micros.length; i++) {
            medians.put(networks.gaze().get(i - 1).id(), micros[i]);
        }
        return medians;
    }

    /**
     * Median microseconds of one run of each execution, in turns; their inputs are filled.
     *
     * @param executions of gaze networks or the like
     */
    public static double[] micros(List<Execution> executions) {
        int[] runs = new int[executions.size()];
        Arrays.fill(runs, RUNS);
        return micros(executions, runs);
    }

    private static double[] micros(List<Execution> executions, int[] runs) {
        double[][] micros = new double[executions.size()][ROUNDS];
        for (int i = 0; i < runs.length; i++) {
            run(executions.get(i), runs[i] * WARM_UP / RUNS);
        }
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < runs.length; i++) {
                long begun = System.nanoTime();
                run(executions.get(i), runs[i]);
                micros[i][round] = (System.nanoTime() - begun) * 1e-3 / runs[i];
            }
        }
        return Arrays.stream(micros).mapToDouble(InferenceTimer::median).toArray();
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
