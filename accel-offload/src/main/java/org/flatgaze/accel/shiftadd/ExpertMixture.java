package org.flatgaze.accel.shiftadd;

import java.util.List;

/**
 * A layer that exists several times - once with multiplications, once with shifts - and applies to each token the one its
 * router picks. One thread per instance; allocates nothing after construction.
 */
public final class ExpertMixture {

    private final ExpertRouter router;
    private final List<MatrixKernel> experts;
    private final int inputs;
    private final int outputs;
    private final byte[] gathered;
    private final int[] results;

    /** Puts router and experts together; all experts map {@code inputs} bytes to {@code outputs} sums. */
    public ExpertMixture(ExpertRouter router, List<MatrixKernel> experts, int inputs, int outputs, int maxTokens) {
        this.router = router;
        this.experts = List.copyOf(experts);
        this.inputs = inputs;
        this.outputs = outputs;
        gathered = new byte[Math.multiplyExact(maxTokens, inputs)];
        results = new int[Math.multiplyExact(maxTokens, outputs)];
    }

    /**
     * Computes all tokens.
     *
     * @param scores what the router looks at, {@code tokens x features}
     * @param x {@code tokens x inputs}
     * @param y {@code tokens x outputs}, overwritten
     */
    public void run(int tokens, float[] scores, byte[] x, int[] y) {
        Checks.room("x", x.length, 0, (long) tokens * inputs);
        Checks.room("y", y.length, 0, (long) tokens * outputs);
        router.route(tokens, scores);
        for (int e = 0; e < experts.size(); e++) {
            int count = router.tokensOf(e);
            for (int i = 0; i < count; i++) {
                System.arraycopy(x, router.token(e, i) * inputs, gathered, i * inputs, inputs);
            }
            experts.get(e).run(count, gathered, 0, results, 0);
            for (int i = 0; i < count; i++) {
                System.arraycopy(results, i * outputs, y, router.token(e, i) * outputs, outputs);
            }
        }
    }
}
