package org.flatgaze.runtime.dataset;

import java.util.SplittableRandom;
import org.flatgaze.flatcam.sim.EyeScene;
import org.flatgaze.runtime.ReferenceDevice;

/** One frame as a set stores it: a scene, exposed and reconstructed; overwritten by the next. One thread. */
abstract class LabelledFrame {

    final EyeScene scene = new EyeScene();

    /** Reconstruction of the scene, 256 x 256. */
    final float[] picture = new float[DatasetFormat.PICTURE * DatasetFormat.PICTURE];

    /** Which exposed the scene. */
    private ReferenceDevice.Instance exposedBy;

    /** Exposes and reconstructs the scene. */
    final void expose(ReferenceDevice.Instance device, double exposureGain, SplittableRandom random) {
        device.expose(scene, exposureGain, random);
        device.reconstructFull(picture);
        exposedBy = device;
    }

    /** How well the exposure of an ordinary frame was met: 1 brings the brightest sample to the white level. */
    static double exposureGain(SplittableRandom random) {
        return 0.7 + 0.4 * random.nextDouble();
    }

    /** Writes the reconstruction, 256 x 256, from {@code offset} on. */
    final void copyReconstruction(byte[] out, int offset) {
        StoredPictures.reconstruction(picture, out, offset);
    }

    /** Writes the lens picture of the same moment, 256 x 256, from {@code offset} on. */
    final void copyLens(byte[] out, int offset) {
        StoredPictures.lens(scene.radiance, out, offset);
    }

    /** Writes the classes, 128 x 128, from {@code offset} on. */
    abstract void copyLabels(byte[] out, int offset);

    /** Writes the columns of {@link DatasetFormat#TRUTH_COLUMNS} from {@code offset} on, NaN for what nobody knows. */
    abstract void copyTruth(float[] out, int offset);

    /** The coded frame, 480 x 640 counts; overwritten by the next. */
    final short[] counts() {
        return exposedBy.counts();
    }
}
