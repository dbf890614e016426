package org.flatgaze.pipeline.models;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.flatgaze.accel.kernels.KernelSet;

/**
 * The pinned input of a running network as a place to put pictures: normalises a picture on its way in.
 *
 * <p>One thread. {@link #fill} allocates nothing.
 */
public final class PictureInput {

    private final FloatBuffer pinned;
    private final Normalisation normalisation;
    private final KernelSet kernels;

    /**
     * Views the input of an execution.
     *
     * @param input direct, native-order memory of float elements
     * @param kernels used on the calling thread alone
     * @throws IllegalArgumentException if the memory is not native-order floats
     */
    public PictureInput(ByteBuffer input, Normalisation normalisation, KernelSet kernels) {
        if (input.order() != ByteOrder.nativeOrder() || input.limit() % Float.BYTES != 0) {
            throw new IllegalArgumentException(
                    "input order=" + input.order() + " bytes=" + input.limit() + ": expected native-order floats");
        }
        this.pinned = input.asFloatBuffer();
        this.normalisation = normalisation;
        this.kernels = kernels;
    }

    /** Elements of one picture. */
    public int elements() {
        return pinned.limit();
    }

    /**
     * Normalises {@code picture} into the pinned memory.
     *
     * @param picture row-major, {@link #elements()} long; not changed
     * @return false if the picture holds anything that is not finite; the network must then not be run
     * @throws IllegalArgumentException if the length is wrong
     */
    public boolean fill(float[] picture) {
        if (picture.length != pinned.limit()) {
            throw new IllegalArgumentException("picture.length=" + picture.length + ": expected " + pinned.limit());
        }
        return switch (normalisation) {
            case STANDARDIZE -> {
                kernels.standardize(picture, 0, picture.length, pinned);
                // One NaN or infinity anywhere spoils the mean and with it every element, so one of them tells for all.
                yield Float.isFinite(pinned.get(0));
            }
            case NONE -> {
                pinned.put(0, picture);
                yield isFinite(picture);
            }
        };
    }

    private static boolean isFinite(float[] picture) {
        // Zero times a finite number is zero; anything else turns the sum into NaN for good.
        float sum = 0;
        for (float value : picture) {
            sum += 0 * value;
        }
        return sum == 0;
    }
}
