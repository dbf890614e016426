package org.flatgaze.pipeline.roi;

import java.nio.FloatBuffer;
import org.flatgaze.accel.Execution;
import org.flatgaze.accel.Execution.StepResult;
import org.flatgaze.accel.kernels.KernelSet;
import org.flatgaze.pipeline.models.Normalisation;
import org.flatgaze.pipeline.models.PictureInput;

/**
 * The segmentation network with what surrounds it: a 128 x 128 picture in, a label map out.
 *
 * <p>Either {@link #segment} at once, or {@link #begin} and {@link #step} until done, to fit it in the slack between
 * frames. One thread; allocates nothing after construction. The execution stays the caller's to close.
 */
public final class SegmentationStage {

    private static final int MAP = EyeLabel.MAP;
    private static final int PIXELS = MAP * MAP;

    private final Execution execution;
    private final PictureInput input;
    private final FloatBuffer logits;
    private final float[][] scores = new float[EyeLabel.COUNT][MAP];
    private final byte[] labels = new byte[PIXELS];
    private boolean underWay;

    /**
     * Surrounds an execution.
     *
     * @param execution input 0 is 1 x 1 x 128 x 128, output 0 is 1 x 4 x 128 x 128 of class scores, both float
     * @param kernels used on the calling thread alone
     * @throws IllegalArgumentException if it has other sizes
     */
    public SegmentationStage(Execution execution, Normalisation normalisation, KernelSet kernels) {
        this.execution = execution;
        this.input = new PictureInput(execution.input(0), normalisation, kernels);
        this.logits = execution.output(0).asFloatBuffer();
        if (input.elements() != PIXELS || logits.limit() != EyeLabel.COUNT * PIXELS) {
            throw new IllegalArgumentException("input=" + input.elements() + " output=" + logits.limit()
                    + " elements: expected " + PIXELS + " and " + EyeLabel.COUNT * PIXELS);
        }
    }

    /**
     * Makes of a whole picture what the network is shown: the mean of each 2 x 2 square.
     *
     * @param picture 256 x 256, row-major
     * @param half 128 x 128, overwritten
     */
    public static void halve(float[] picture, float[] half) {
        int side = 2 * MAP;
        for (int row = 0; row < MAP; row++) {
            for (int col = 0; col < MAP; col++) {
                int at = 2 * row * side + 2 * col;
                half[row * MAP + col] =
                        0.25f * (picture[at] + picture[at + 1] + picture[at + side] + picture[at + side + 1]);
            }
        }
    }

    /**
     * Segments a picture.
     *
     * @param picture 128 x 128, row-major; copied
     * @return false if the picture is not finite; the labels are then those of before
     * @throws org.flatgaze.accel.AcceleratorException if the backend fails
     */
    public boolean segment(float[] picture) {
        if (!input.fill(picture)) {
            return false;
        }
        underWay = false;
        execution.run();
        label();
        return true;
    }

    /** Takes in a picture for {@link #step}; answers false if it is not finite. */
    public boolean begin(float[] picture) {
        if (underWay) {
            // Given up half-way; an execution only starts anew behind the end of a run.
            underWay = false;
            execution.run();
        }
        return input.fill(picture);
    }

    /**
     * Goes on for about {@code budgetNanos}.
     *
     * @return true when the labels are those of the picture given to {@link #begin}
     * @throws org.flatgaze.accel.AcceleratorException if the backend fails
     */
    public boolean step(long budgetNanos) {
        underWay = false;
        if (execution.step(budgetNanos) == StepResult.YIELDED) {
            underWay = true;
            return false;
        }
        label();
        return true;
    }

    /** The newest label map, 128 x 128 row-major, values of {@link EyeLabel}. Shared, not copied. */
    public byte[] labels() {
        return labels;
    }

    /** Highest score wins; of equal scores the first. A score that is not a number never wins. */
    private void label() {
        float[] background = scores[EyeLabel.BACKGROUND];
        float[] sclera = scores[EyeLabel.SCLERA];
        float[] iris = scores[EyeLabel.IRIS];
        float[] pupil = scores[EyeLabel.PUPIL];
        for (int row = 0; row < PIXELS; row += MAP) {
            for (int channel = 0; channel < EyeLabel.COUNT; channel++) {
                logits.get(channel * PIXELS + row, scores[channel]);
            }
            for (int x = 0; x < MAP; x++) {
                byte best = EyeLabel.BACKGROUND;
                float score = background[x];
                if (sclera[x] > score) {
                    best = EyeLabel.SCLERA;
                    score = sclera[x];
                }
                if (iris[x] > score) {
                    best = EyeLabel.IRIS;
                    score = iris[x];
                }
                if (pupil[x] > score) {
                    best = EyeLabel.PUPIL;
                }
                labels[row + x] = best;
            }
        }
    }
}
