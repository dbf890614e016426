package org.flatgaze.calibration.camera;

import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.pipeline.reconstruct.FlatCamModel;
import org.flatgaze.pipeline.reconstruct.PlaneGeometry;

/**
 * What a calibration from patterns found.
 *
 * @param sensor what the sensor delivers
 * @param plane how a plane is cut, the turn included
 * @param rotationDeg turn of the mask against the sensor as found, degrees; turns below {@link #ROTATION_FLOOR_DEG} are not undone
 * @param measured matrices as measured, one column a pattern pixel
 * @param left shadow of the left side
 * @param right shadow of the right side
 * @param detailed matrices of the full scene, from the shadows
 * @param testErrors forward error on each test scene, noise taken off
 * @param rankOneShare share of the captures' energy that is separable
 * @param repairedColumns columns whose length was repaired
 * @param hotPixels indices of hot pixels, rising
 * @param captureSigma standard deviation of a sample of a half-lit capture as averaged, share of full scale
 * @param halfLight mean of a half-lit capture above dark, share of full scale
 * @param darkLevel mean of a dark capture, share of full scale
 * @param responseSpread standard deviation of the pixels' relative sensitivity
 * @param frames frames averaged per shot
 */
@SuppressWarnings("ArrayRecordComponent") // a report: compared by nobody
public record CameraCalibration(
        SensorFormat sensor,
        PlaneGeometry plane,
        double rotationDeg,
        SeparablePair measured,
        ShadowKernel left,
        ShadowKernel right,
        SeparablePair detailed,
        double[] testErrors,
        double rankOneShare,
        int repairedColumns,
        int[] hotPixels,
        double captureSigma,
        double halfLight,
        double darkLevel,
        double responseSpread,
        int frames) {

    /** Smallest turn worth undoing, degrees: it moves the corner of the reference sensor by a fifteenth of a pixel. */
    public static final double ROTATION_FLOOR_DEG = 0.01;

    /** Mean forward error over the test scenes. */
    public double testError() {
        double sum = 0;
        for (double e : testErrors) {
            sum += e;
        }
        return sum / testErrors.length;
    }

    /** Standard deviation of a sample of one half-lit frame, not averaged. */
    public double frameSigma() {
        return captureSigma * Math.sqrt(frames);
    }

    /** Variance of a sample of one frame per mean light above dark, both as shares of full scale. */
    public double variancePerLight() {
        return frameSigma() * frameSigma() / halfLight;
    }

    /** What the file says about the sensor's noise. */
    public DeviceFile.Noise noise() {
        return new DeviceFile.Noise(variancePerLight(), darkLevel, responseSpread);
    }

    /** The model that the pipeline loads. */
    public FlatCamModel model(String deviceId, String provenance, String created) {
        return new FlatCamModel(
                deviceId,
                sensor,
                plane,
                detailed.scene(),
                detailed.scene(),
                detailed.left(),
                detailed.right(),
                provenance,
                created);
    }

    /** The matrices for another eye distance: {@code magnification} as in {@link ShadowKernel#matrix}. */
    public SeparablePair atMagnification(double magnification) {
        return new SeparablePair(
                plane.rows(),
                plane.cols(),
                detailed.scene(),
                left.matrix(plane.rows(), magnification),
                right.matrix(plane.cols(), magnification));
    }
}
