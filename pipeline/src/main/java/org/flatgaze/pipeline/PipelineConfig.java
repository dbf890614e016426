package org.flatgaze.pipeline;

import java.util.Objects;
import org.flatgaze.pipeline.roi.EyeShapeFinder;
import org.flatgaze.pipeline.roi.RoiSchedule;

/**
 * What a pipeline is made of and where it draws its lines.
 *
 * @param gazeModel id of the gaze network in the model store
 * @param segmentationModel id of the segmentation network
 * @param schedule when the region of interest is renewed
 * @param regionPolicy which region a frame uses
 * @param regionTimeoutMillis longest wait for a scheduled region, ms, at least 1; a frame that waited in vain fails
 * @param closedBelow length of the network's vector below which the eye counts as closed, 0..1
 * @param saturatedAbove share of samples at full scale above which a frame is given up, 0..1
 * @param darkBelow mean absolute deviation of the samples as a share of full scale below which a frame is given up, 0..1
 * @param expectedIrisPx usual width of the iris in the 128 x 128 picture, pixels
 */
public record PipelineConfig(
        String gazeModel,
        String segmentationModel,
        RoiSchedule schedule,
        RegionPolicy regionPolicy,
        int regionTimeoutMillis,
        float closedBelow,
        float saturatedAbove,
        float darkBelow,
        float expectedIrisPx) {

    /** The paper's two networks, EyeCoD's renewal period, reproducible regions. */
    public static final PipelineConfig DEFAULT = new PipelineConfig(
            Networks.PAPER.gaze(),
            Networks.PAPER.segmentation(),
            RoiSchedule.DEFAULT,
            RegionPolicy.SCHEDULED,
            // Hundreds of times a segmentation: reached only when the thread that segments is gone.
            2000,
            // Half way between the lengths the network is trained to give: 0 closed, 1 open.
            0.5f,
            // Every sample sees the whole scene, so a clipped one falsifies the whole picture. Hot pixels are below
            // 0.1 %, an overexposed scene clips tens of per cent: 0.5 % tells them apart.
            0.005f,
            // Not the mean, which the black level hides: a lit frame varies by its shot noise alone by 6 of 1023
            // counts, an
            // unlit one by its read noise, 0.7 counts. 1.5 counts tell them apart.
            0.0015f,
            EyeShapeFinder.REFERENCE_IRIS_PX);

    public PipelineConfig {
        Objects.requireNonNull(gazeModel, "gazeModel");
        Objects.requireNonNull(segmentationModel, "segmentationModel");
        Objects.requireNonNull(schedule, "schedule");
        Objects.requireNonNull(regionPolicy, "regionPolicy");
        if (regionTimeoutMillis < 1) {
            throw new IllegalArgumentException("regionTimeoutMillis=" + regionTimeoutMillis + ": expected at least 1");
        }
        requireShare("closedBelow", closedBelow);
        requireShare("saturatedAbove", saturatedAbove);
        requireShare("darkBelow", darkBelow);
    }

    /** The same with other networks. */
    public PipelineConfig withNetworks(Networks networks) {
        return new PipelineConfig(
                networks.gaze(),
                networks.segmentation(),
                schedule,
                regionPolicy,
                regionTimeoutMillis,
                closedBelow,
                saturatedAbove,
                darkBelow,
                expectedIrisPx);
    }

    /** The same with another choice of regions. */
    public PipelineConfig withRegions(RoiSchedule newSchedule, RegionPolicy newPolicy) {
        return new PipelineConfig(
                gazeModel,
                segmentationModel,
                newSchedule,
                newPolicy,
                regionTimeoutMillis,
                closedBelow,
                saturatedAbove,
                darkBelow,
                expectedIrisPx);
    }

    private static void requireShare(String name, float value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + "=" + value + ": expected 0..1");
        }
    }
}
