package org.flatgaze.accel.emulator;

import org.flatgaze.accel.graph.AttentionForm;
import org.flatgaze.accel.graph.RowArithmetic;

/** Attention of all heads, query by query over the kept pairs. */
final class AttentionLoops {

    private AttentionLoops() {}

    /**
     * @param row room for one number per key
     */
    static void run(AttentionForm form, float[] q, float[] k, float[] v, float[] row, float[] out) {
        for (int head = 0; head < form.heads().size(); head++) {
            for (int query = 0; query < form.queries(); query++) {
                int kept = weights(form, head, query, q, k, row);
                RowArithmetic.softmax(row, 0, kept);
                int to = form.out().start(head) + query * form.out().tokenStep();
                for (int c = 0; c < form.valueDepth(); c++) {
                    out[to + c] = value(form, head, query, row, v, c);
                }
            }
        }
    }

    /** Scores of the kept keys, one behind the other; answers how many there are. */
    private static int weights(AttentionForm form, int index, int query, float[] q, float[] k, float[] row) {
        AttentionForm.Head head = form.heads().get(index);
        int from = form.q().start(index) + query * form.q().tokenStep();
        int kept = 0;
        for (int key = 0; key < form.keys(); key++) {
            int pair = query * form.keys() + key;
            if (head.keeps(pair)) {
                int at = form.k().start(index) + key * form.k().tokenStep();
                float sum = 0;
                for (int c = 0; c < form.depth(); c++) {
                    sum += q[from + c] * k[at + c];
                }
                row[kept++] = sum * form.scale() + (head.bias() == null ? 0 : head.bias()[pair]);
            }
        }
        return kept;
    }

    private static float value(AttentionForm form, int index, int query, float[] row, float[] v, int column) {
        AttentionForm.Head head = form.heads().get(index);
        float sum = 0;
        int kept = 0;
        for (int key = 0; key < form.keys(); key++) {
            if (head.keeps(query * form.keys() + key)) {
                sum += row[kept++] * v[form.v().start(index) + key * form.v().tokenStep() + column];
            }
        }
        return sum;
    }
}
