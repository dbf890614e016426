package org.flatgaze.accel.shiftadd.cost;

/** What a layer does per tap; one CSV file of the published record each. */
public enum LayerKind {
    CONV("conv"),
    SHIFT("shift"),
    ADD("add"),
    LINEAR("linear"),
    MATMUL("matmul");

    private final String fileStem;

    LayerKind(String fileStem) {
        this.fileStem = fileStem;
    }

    /** Name of the CSV file without its ending. */
    public String fileStem() {
        return fileStem;
    }

    /** Whether a tap costs a multiplication. */
    public boolean multiplies() {
        return this == CONV || this == LINEAR || this == MATMUL;
    }
}
