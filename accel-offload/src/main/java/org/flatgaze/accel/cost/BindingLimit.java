package org.flatgaze.accel.cost;

/** What a layer waits for: the largest of its times. */
public enum BindingLimit {
    COMPUTE("compute"),
    ACTIVATION_PORT("activation port"),
    WEIGHT_STREAM("weights"),
    OUTPUT_PORT("output port"),
    SPILL("spill"),
    /** No time of its own: addressing, or fused into the neighbouring layer's write. */
    FREE("free");

    private final String label;

    BindingLimit(String label) {
        this.label = label;
    }

    /** Words for reports. */
    public String label() {
        return label;
    }
}
