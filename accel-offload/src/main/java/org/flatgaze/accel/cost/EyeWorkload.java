package org.flatgaze.accel.cost;

/**
 * What an eye tracker asks of the array: a gaze net on every frame, a segmentation net once per period.
 *
 * @param gazeRows height of the region the gaze net reads
 * @param gazeColumns width of that region
 * @param segmentationSize side of the square picture the segmentation net reads, a multiple of 16
 * @param fullFrameSize side of the picture a lens-based tracker without a region would give its gaze net
 * @param sensorRows measured rows, for a reconstruction on the lanes
 * @param sensorColumns measured columns, for a reconstruction on the lanes
 * @param periodFrames frames from one region prediction to the next
 */
public record EyeWorkload(
        int gazeRows,
        int gazeColumns,
        int segmentationSize,
        int fullFrameSize,
        int sensorRows,
        int sensorColumns,
        int periodFrames) {

    public EyeWorkload {
        Limits.range("gazeRows", gazeRows, 1, 4096);
        Limits.range("gazeColumns", gazeColumns, 1, 4096);
        Limits.range("segmentationSize", segmentationSize, 16, 4096);
        if (segmentationSize % 16 != 0) {
            throw new IllegalArgumentException(
                    "segmentationSize=" + segmentationSize + ": expected a multiple of 16 (four halvings)");
        }
        Limits.range("fullFrameSize", fullFrameSize, 1, 4096);
        Limits.range("sensorRows", sensorRows, 1, 16384);
        Limits.range("sensorColumns", sensorColumns, 1, 16384);
        Limits.range("periodFrames", periodFrames, 1, 1000);
    }

    /** The gaze net on the region, with its reconstruction if that runs on the lanes. */
    public LayerTable gaze(ReconstructionPlace reconstruction) {
        return withPicture(PublishedNets.fbnetC100(gazeRows, gazeColumns), gazeRows, gazeColumns, reconstruction);
    }

    /** The gaze net on the whole picture: what a tracker without a region runs on every frame. */
    public LayerTable fullFrameGaze() {
        return PublishedNets.fbnetC100(fullFrameSize, fullFrameSize);
    }

    /** The segmentation net, with its reconstruction if that runs on the lanes. */
    public LayerTable segmentation(ReconstructionPlace reconstruction) {
        return withPicture(
                PublishedNets.ritnet(segmentationSize, segmentationSize),
                segmentationSize,
                segmentationSize,
                reconstruction);
    }

    private LayerTable withPicture(LayerTable net, int rows, int columns, ReconstructionPlace reconstruction) {
        return switch (reconstruction) {
            case HOST -> net;
            case LANES ->
                PublishedNets.separableReconstruction(rows, columns, sensorRows, sensorColumns)
                        .then(net, "net.");
        };
    }
}
