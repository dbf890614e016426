package org.flatgaze.accel.cpu;

import org.flatgaze.accel.graph.Activation;
import org.flatgaze.accel.graph.Int8Arithmetic;
import org.flatgaze.accel.graph.Tensor;

/**
 * From the 8-bit numbers of one tensor to those of another that stand for the same reals, channel by channel; nothing to
 * do between float32 tensors or equal quantisations.
 *
 * @param multiplier per channel, or one number; null where nothing is to do
 */
@SuppressWarnings("ArrayRecordComponent") // compared by identity only
record Rescale(float[] multiplier, float[] lowest, float[] highest) {

    /** @param firstChannel the output channel that input channel 0 becomes */
    static Rescale between(Tensor from, Tensor to, int firstChannel) {
        if (!to.isQuantized()) {
            return new Rescale(null, null, null);
        }
        boolean perChannel = from.quant().isPerChannel() || to.quant().isPerChannel();
        int count = perChannel ? from.shape().channels() : 1;
        float[] multiplier = new float[count];
        float[] lowest = new float[count];
        float[] highest = new float[count];
        boolean same = true;
        for (int c = 0; c < count; c++) {
            multiplier[c] =
                    Int8Arithmetic.multiplier(from.quant().scale(c), to.quant().scale(firstChannel + c));
            lowest[c] = Int8Arithmetic.lowest(to.quant(), firstChannel + c);
            highest[c] = Int8Arithmetic.highest(to.quant(), firstChannel + c, Activation.NONE);
            same &= from.quant().sameAt(c, to.quant(), firstChannel + c);
        }
        return same ? new Rescale(null, null, null) : new Rescale(multiplier, lowest, highest);
    }

    boolean isNothing() {
        return multiplier == null;
    }

    /** In place: {@code channels} numbers of consecutive channels from channel 0. */
    void apply(float[] values, int offset, int channels) {
        if (multiplier == null) {
            return;
        }
        for (int i = 0; i < channels; i++) {
            int c = multiplier.length == 1 ? 0 : i;
            values[offset + i] = Int8Arithmetic.finish(values[offset + i] * multiplier[c], 1, lowest[c], highest[c]);
        }
    }
}
