package org.flatgaze.runtime.vitcod;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.flatgaze.accel.array.Npy;
import org.flatgaze.accel.array.NpyArray;
import org.flatgaze.accel.array.NpyType;
import org.flatgaze.accel.kernels.KernelSet;
import org.flatgaze.runtime.evaluate.EyeRegions;

/** Pictures for a model with one input, and what they show. */
public final class ModelPictures {

    private static final int NOISE_PICTURES = 8;

    private final float[] values;
    private final int elements;
    private final float[] directions;
    private final boolean noise;

    private ModelPictures(float[] values, int elements, float[] directions, boolean noise) {
        this.values = values;
        this.elements = elements;
        this.directions = directions;
        this.noise = noise;
    }

    /**
     * Reads pictures. float32 ones are taken as the model's inputs; 8-bit ones are standardised one by one first, as
     * gaze nets take them.
     *
     * @param file pictures x the model's input extents
     * @param labels pictures x 3 gaze vectors, or null
     * @param elements numbers per picture
     * @throws IOException if a file cannot be read or has another shape, a number that is not finite, or no direction;
     *     one line naming the file
     */
    public static ModelPictures read(Path file, Path labels, int elements) throws IOException {
        NpyArray array = Npy.read(file);
        boolean bytes = array.type() == NpyType.UINT8;
        if ((!array.type().isFloating() && !bytes) || array.size() == 0 || array.size() % elements != 0) {
            throw new IOException(file + " is " + array + ": expected float32 or uint8 pictures of " + elements
                    + " numbers each, the model's input");
        }
        float[] values = bytes ? standardised(array.bytes(), elements) : array.floats();
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new IOException(file + ": picture " + i / elements + " holds " + values[i] + " at " + i % elements
                        + ": expected finite numbers");
            }
        }
        float[] directions = labels == null ? null : directions(labels, values.length / elements);
        return new ModelPictures(values, elements, directions, false);
    }

    /**
     * Eye regions of a labelled set, standardised, with the visual axis for a label; closed eyes, which have no direction,
     * are left out.
     *
     * @param elements numbers per picture that the model takes
     * @throws IOException if the model takes pictures of another size
     */
    public static ModelPictures of(EyeRegions regions, int elements) throws IOException {
        int[] open = IntStream.range(0, regions.count()).filter(regions::isOpen).toArray();
        float[] values = new float[open.length * elements];
        float[] directions = new float[open.length * 3];
        KernelSet kernels = KernelSet.best();
        for (int i = 0; i < open.length; i++) {
            float[] grey = regions.grey(open[i]);
            if (grey.length != elements) {
                throw new IOException("the model takes pictures of " + elements + " numbers, eye regions have "
                        + grey.length + ": expected a gaze network");
            }
            kernels.standardize(grey, 0, elements, values, i * elements);
            System.arraycopy(regions.visualAxis(open[i]), 0, directions, 3 * i, 3);
        }
        return new ModelPictures(values, elements, directions, false);
    }

    private static float[] standardised(byte[] bytes, int elements) {
        float[] grey = new float[bytes.length];
        for (int i = 0; i < grey.length; i++) {
            grey[i] = Byte.toUnsignedInt(bytes[i]);
        }
        float[] values = new float[grey.length];
        KernelSet kernels = KernelSet.best();
        for (int from = 0; from < values.length; from += elements) {
            kernels.standardize(grey, from, elements, values, from);
        }
        return values;
    }

    private static float[] directions(Path labels, int pictures) throws IOException {
        NpyArray array = Npy.read(labels);
        if (!array.type().isFloating() || !Arrays.equals(array.shape(), new int[] {pictures, 3})) {
            throw new IOException(labels + " is " + array + ": expected gaze vectors of shape (" + pictures + ", 3)");
        }
        float[] directions = array.floats();
        for (int i = 0; i < pictures; i++) {
            double length = Math.hypot(Math.hypot(directions[3 * i], directions[3 * i + 1]), directions[3 * i + 2]);
            if (!(Math.abs(length - 1) < 0.01)) {
                throw new IOException(
                        labels + ": row " + i + " has length " + length + ": expected a unit vector per picture");
            }
        }
        return directions;
    }

    /** Seeded noise, for speed; it says little about accuracy. */
    public static ModelPictures noise(int elements) {
        Random random = new Random(1);
        float[] values = new float[NOISE_PICTURES * elements];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return new ModelPictures(values, elements, null, true);
    }

    /** Number of pictures. */
    public int count() {
        return values.length / elements;
    }

    /** Whether these are noise. */
    public boolean isNoise() {
        return noise;
    }

    /** Whether there are directions. */
    public boolean isLabelled() {
        return directions != null;
    }

    void copyTo(int picture, FloatBuffer input) {
        input.put(0, values, picture * elements, elements);
    }

    /** Angle between a vector of any length and the direction of a picture, degrees. */
    double errorDeg(int picture, float[] vector) {
        return GazeAngle.betweenDeg(vector, 0, directions, 3 * picture);
    }
}
