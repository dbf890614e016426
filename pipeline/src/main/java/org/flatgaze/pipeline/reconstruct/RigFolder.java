package org.flatgaze.pipeline.reconstruct;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.flatgaze.accel.array.Npy;
import org.flatgaze.flatcam.Packing;
import org.flatgaze.flatcam.SensorFormat;

/**
 * A rig kept as {@code rig.json} and two 1-D shadow kernels: column j of a matrix is the kernel shifted by {@code slope}
 * samples per scene pixel, {@code Phi[i][j] = kernel(i - slope (j - sceneCentre) + kernelOffset)}, linear in between.
 */
final class RigFolder {

    private static final String DESCRIPTION = "rig.json";

    private RigFolder() {}

    static FlatCamModel load(Path folder) throws IOException {
        Path file = folder.resolve(DESCRIPTION);
        if (!Files.isRegularFile(file)) {
            throw new IOException(
                    folder + ": no " + DESCRIPTION + "; give a .npz calibration file or a folder that has one");
        }
        JsonFields json = JsonFields.read(file);
        try {
            SensorFormat sensor = sensor(json);
            PlaneGeometry geometry = geometry(json);
            int sceneRows = json.integer("/scene/rows");
            int sceneCols = json.integer("/scene/cols");
            Shadow shadow = new Shadow(
                    json.number("/phi/slope"), json.number("/phi/scene_centre"), json.number("/phi/kernel_offset"));
            float[] left = shadow.matrix(kernel(folder, json, "/phi/left"), geometry.rows(), sceneRows, "left");
            float[] right = shadow.matrix(kernel(folder, json, "/phi/right"), geometry.cols(), sceneCols, "right");
            return new FlatCamModel(
                    folder.toAbsolutePath().normalize().getFileName().toString(),
                    sensor,
                    geometry,
                    sceneRows,
                    sceneCols,
                    left,
                    right,
                    "shadow kernels " + json.text("/phi/left") + ", " + json.text("/phi/right") + " of " + DESCRIPTION,
                    "");
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage() + "; correct the description or calibrate again", e);
        }
    }

    private static SensorFormat sensor(JsonFields json) throws IOException {
        int bits = json.integer("/sensor/bits");
        int container = json.integer("/sensor/container_bits");
        if (container != 16) {
            throw new IllegalArgumentException("sensor.container_bits=" + container + ": expected 16");
        }
        Packing packing = json.flag("/sensor/left_aligned") ? Packing.U16_HIGH : Packing.U16_LOW;
        return new SensorFormat(json.integer("/sensor/cols"), json.integer("/sensor/rows"), bits, packing);
    }

    private static PlaneGeometry geometry(JsonFields json) throws IOException {
        int firstRow = json.integer("/plane/crop_rows/0");
        int firstCol = json.integer("/plane/crop_cols/0");
        return new PlaneGeometry(
                bayer(json),
                json.number("/plane/rotation_rad"),
                firstRow,
                firstCol,
                json.integer("/plane/crop_rows/1") - firstRow,
                json.integer("/plane/crop_cols/1") - firstCol);
    }

    /** The pattern is known by where blue and red stand; without colours the sensor is mono. */
    private static BayerPattern bayer(JsonFields json) throws IOException {
        if (!json.has("/sensor/bayer")) {
            return BayerPattern.MONO;
        }
        int blue = 2 * json.integer("/sensor/bayer/blue/0") + json.integer("/sensor/bayer/blue/1");
        int red = 2 * json.integer("/sensor/bayer/red/0") + json.integer("/sensor/bayer/red/1");
        for (BayerPattern pattern : BayerPattern.values()) {
            if (pattern != BayerPattern.MONO && pattern.cell('B', 0) == blue && pattern.cell('R', 0) == red) {
                return pattern;
            }
        }
        throw new IllegalArgumentException("sensor.bayer: expected blue and red at opposite corners of the 2 x 2 cell");
    }

    private static float[] kernel(Path folder, JsonFields json, String pointer) throws IOException {
        return Npy.read(folder.resolve(json.text(pointer))).floats();
    }

    /** Where column j of a matrix finds its samples in the kernel. */
    private record Shadow(double slope, double sceneCentre, double kernelOffset) {

        float[] matrix(float[] kernel, int rows, int cols, String side) {
            float[] phi = new float[rows * cols];
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < cols; j++) {
                    double p = i - slope * (j - sceneCentre) + kernelOffset;
                    int at = (int) Math.floor(p);
                    if (at < 0 || at + 1 >= kernel.length) {
                        throw new IllegalArgumentException("phi." + side + ": kernel of " + kernel.length
                                + " samples, row " + i + " column " + j + " needs sample " + (at + 1));
                    }
                    double f = p - at;
                    phi[i * cols + j] = (float) ((1 - f) * kernel[at] + f * kernel[at + 1]);
                }
            }
            return phi;
        }
    }
}
