package org.flatgaze.runtime.dataset;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.flatgaze.flatcam.sim.FlatCamGeometry;
import org.flatgaze.pipeline.roi.EyeLabel;
import org.flatgaze.pipeline.roi.EyeShape;
import org.flatgaze.pipeline.roi.EyeShapeFinder;
import org.flatgaze.runtime.ReferenceDevice;

/**
 * A real eye picture as the device would see it: laid flat at the calibrated distance, whole and as large as it fits, its edge
 * carried on to the border of the scene; then optics, noise and reconstruction. One thread.
 */
final class RealFrame extends LabelledFrame {

    private static final int SIDE = DatasetFormat.PICTURE;
    private static final int MAP = DatasetFormat.LABELS;

    private final ReferenceDevice.Instance device;
    private final byte[] labels = new byte[MAP * MAP];
    private final float[] truth = new float[DatasetFormat.TRUTH_COLUMNS.size()];
    private final EyeShapeFinder finder = new EyeShapeFinder(EyeShapeFinder.REFERENCE_IRIS_PX);
    private final EyeShape shape = new EyeShape();

    RealFrame(ReferenceDevice.Instance device) {
        this.device = device;
        Arrays.fill(scene.depthMm, (float) FlatCamGeometry.REFERENCE.eyeReliefMm());
    }

    /** Exposes and reconstructs a picture of a person; nothing else is known of it yet. */
    void expose(EyePicture eye, int person, SplittableRandom random) {
        EyePicture.Placement place = eye.whole();
        System.arraycopy(eye.scene(place), 0, scene.radiance, 0, scene.radiance.length);
        Arrays.fill(labels, EyeLabel.BACKGROUND);
        Arrays.fill(truth, Float.NaN);
        set("person", person);
        set("session", 0);
        expose(device, exposureGain(random), random);
        eye.labels(place).ifPresent(this::takeLabels);
    }

    /** Beyond the picture there is no eye, whatever its carried-on edge looks like. */
    private void takeLabels(byte[] map) {
        for (int i = 0; i < map.length; i++) {
            labels[i] = map[i] < 0 ? EyeLabel.BACKGROUND : map[i];
        }
        finder.find(labels, shape);
        setIrisBox();
        set("openness", shape.openness);
        set("pupil_visible", pupilVisible());
        set("pupil_x", shape.pupilX);
        set("pupil_y", shape.pupilY);
        set("pupil_major", shape.pupilMajor);
        set("pupil_minor", shape.pupilMinor);
        set("pupil_angle_deg", shape.pupilAngleDeg);
    }

    /** Pixels of the pupil over the area of its ellipse. */
    private float pupilVisible() {
        if (!shape.pupilFound) {
            return 0;
        }
        double whole = Math.PI * shape.pupilMajor * shape.pupilMinor;
        return (float) Math.min(1, 4.0 * shape.counts[EyeLabel.PUPIL] / whole);
    }

    /** The box is inclusive, and its right side lies left of its left one if no iris is visible. */
    private void setIrisBox() {
        boolean found = shape.irisFound;
        set("iris_left", found ? 2 * shape.firstX : SIDE);
        set("iris_top", found ? 2 * shape.firstY : SIDE);
        set("iris_right", found ? 2 * shape.lastX + 1 : -1);
        set("iris_bottom", found ? 2 * shape.lastY + 1 : -1);
    }

    /** States where the person looked, a unit vector in the device frame. */
    void gaze(float[] direction) {
        set("gaze_x", direction[0]);
        set("gaze_y", direction[1]);
        set("gaze_z", direction[2]);
    }

    /**
     * States where the iris was found, for a picture without labels: the labels stay unknown.
     *
     * @param found 128 x 128 classes of a segmentation
     */
    void irisFoundIn(byte[] found) {
        finder.find(found, shape);
        setIrisBox();
    }

    private void set(String column, float value) {
        truth[DatasetFormat.TRUTH_COLUMNS.indexOf(column)] = value;
    }

    @Override
    void copyLabels(byte[] out, int offset) {
        System.arraycopy(labels, 0, out, offset, labels.length);
    }

    @Override
    void copyTruth(float[] out, int offset) {
        System.arraycopy(truth, 0, out, offset, truth.length);
    }
}
