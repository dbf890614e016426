package org.flatgaze.accel.cost;

import java.util.Arrays;
import java.util.stream.Collectors;

/** What one executed operation is, as far as cycles and bytes are concerned. */
public enum LayerKind {
    /** Convolution with a kernel larger than 1x1, grouped or not. */
    CONV("conv", true),
    /** Convolution with a 1x1 kernel. */
    POINTWISE("pwconv", true),
    /** One filter per channel: a delivered activation row serves a single channel. */
    DEPTHWISE("dwconv", true),
    /** Fully connected layer. */
    LINEAR("fc", true),
    /** Product of two matrices, such as one side of the separable reconstruction. */
    MATMUL("matmul", true),
    MAX_POOL("maxpool", false),
    AVERAGE_POOL("avgpool", false),
    GLOBAL_POOL("globalpool", false),
    ADD("add", false),
    /** Joins channel groups: addressing, no data moves. */
    CONCAT("concat", false),
    /** Nearest-neighbour enlargement: addressing, no data moves. */
    UPSAMPLE("upsample", false),
    /** Per-channel scale and offset that could not be folded. */
    AFFINE("batchnorm", false),
    ARGMAX("argmax", false),
    /** Anything else without multiply-accumulates. */
    ELEMENTWISE("elementwise", false);

    private final String tableName;
    private final boolean multiplies;

    LayerKind(String tableName, boolean multiplies) {
        this.tableName = tableName;
        this.multiplies = multiplies;
    }

    /** The name used in layer table files. */
    public String tableName() {
        return tableName;
    }

    /** Whether this kind has weights and multiply-accumulates. */
    public boolean multiplies() {
        return multiplies;
    }

    /** Whether this kind is address arithmetic under the accelerator's storage layout: no cycle, no byte. */
    public boolean isAddressing() {
        return this == CONCAT || this == UPSAMPLE;
    }

    /**
     * The kind with this table name.
     *
     * @throws IllegalArgumentException if there is none; the message lists the names there are
     */
    public static LayerKind ofTableName(String name) {
        for (LayerKind kind : values()) {
            if (kind.tableName.equals(name)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("type=" + name + ": expected one of "
                + Arrays.stream(values()).map(LayerKind::tableName).collect(Collectors.joining(", ")));
    }
}
