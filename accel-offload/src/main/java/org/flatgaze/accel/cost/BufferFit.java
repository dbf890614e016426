package org.flatgaze.accel.cost;

import java.util.Optional;

/** Whether a network's tensors can be cut to fit the activation buffers of an array. */
public final class BufferFit {

    private BufferFit() {}

    /**
     * Looks for the first layer that does not fit.
     *
     * @param stripesMost stripes that a layer may be cut into, at least 1
     * @return empty if all fit; else one line naming layer, tensor, bytes and the stripes that would do
     */
    public static Optional<String> refusal(LayerTable table, AcceleratorProfile profile, int stripesMost) {
        if (stripesMost < 1) {
            throw new IllegalArgumentException("stripesMost=" + stripesMost + ": expected at least 1");
        }
        long room = profile.bytesPerSide();
        for (LayerShape layer : table.layers()) {
            if (!layer.kind().multiplies()) {
                continue;
            }
            FeaturePartition partition = FeaturePartition.of(layer, room);
            boolean inputIsLarger = partition.inputStripeBytes() >= partition.outputStripeBytes();
            String tensor = inputIsLarger ? "input" : "output";
            String where = "layer " + layer.id() + ": its " + tensor + " ("
                    + (inputIsLarger
                            ? layer.channelsIn() + "x" + layer.rowsIn() + "x" + layer.columnsIn()
                            : layer.channelsOut() + "x" + layer.rowsOut() + "x" + layer.columnsOut())
                    + ") takes ";
            long whole = inputIsLarger ? layer.inputBytes() : layer.outputBytes();
            if (!partition.fits()) {
                return Optional.of(where + whole + " bytes, and even the rows for one output row take "
                        + Math.max(partition.inputStripeBytes(), partition.outputStripeBytes()) + "; the buffers of "
                        + profile.name() + " hold " + room + ": no number of stripes would fit, give larger buffers");
            }
            if (partition.stripes() > stripesMost) {
                return Optional.of(where + Math.max(layer.inputBytes(), layer.outputBytes()) + " bytes, the buffers of "
                        + profile.name() + " hold " + room + ": " + partition.stripes() + " stripes would fit, "
                        + stripesMost + (stripesMost == 1 ? " is" : " are") + " allowed");
            }
        }
        return Optional.empty();
    }
}
