package org.flatgaze.calibration.camera;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.flatgaze.flatcam.Packing;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.opencv.OpenCvImages;
import org.flatgaze.flatcam.opencv.Picture;
import org.flatgaze.pipeline.reconstruct.BayerPattern;
import org.flatgaze.pipeline.reconstruct.PlaneCutter;
import org.flatgaze.pipeline.reconstruct.PlaneGeometry;

/**
 * Sensor and plane of a rig, from the {@code sensor} and {@code plane} parts of its {@code rig.json}.
 *
 * @param sensor what the sensor delivers
 * @param plane how a plane is cut
 * @param scene rows and columns of the scene
 */
public record RigDescription(SensorFormat sensor, PlaneGeometry plane, int scene) {

    private static final String COLOURS = "RGB";

    /**
     * Reads a description.
     *
     * @param file rig.json, or the folder that holds it
     * @throws IOException if it is missing or incomplete: one line that names what
     */
    public static RigDescription read(Path file) throws IOException {
        Path json = Files.isDirectory(file) ? file.resolve("rig.json") : file;
        if (!Files.isRegularFile(json)) {
            throw new IOException(json + ": no such rig description; give a rig.json with sensor and plane");
        }
        JsonNode root = new ObjectMapper().readTree(Files.readAllBytes(json));
        try {
            Packing packing = root.at("/sensor/left_aligned").asBoolean(false) ? Packing.U16_HIGH : Packing.U16_LOW;
            SensorFormat sensor = new SensorFormat(
                    integer(json, root, "/sensor/cols"),
                    integer(json, root, "/sensor/rows"),
                    integer(json, root, "/sensor/bits"),
                    packing);
            int firstRow = integer(json, root, "/plane/crop_rows/0");
            int firstCol = integer(json, root, "/plane/crop_cols/0");
            PlaneGeometry plane = new PlaneGeometry(
                    pattern(root),
                    root.at("/plane/rotation_rad").asDouble(0),
                    firstRow,
                    firstCol,
                    integer(json, root, "/plane/crop_rows/1") - firstRow,
                    integer(json, root, "/plane/crop_cols/1") - firstCol);
            return new RigDescription(sensor, plane, root.at("/scene/rows").asInt(256));
        } catch (IllegalArgumentException e) {
            throw new IOException(json + ": " + e.getMessage(), e);
        }
    }

    private static int integer(Path file, JsonNode root, String pointer) throws IOException {
        JsonNode node = root.at(pointer);
        if (!node.isInt()) {
            throw new IOException(
                    file + ": " + pointer.substring(1).replace('/', '.') + " is missing or no whole number");
        }
        return node.asInt();
    }

    private static BayerPattern pattern(JsonNode root) {
        JsonNode bayer = root.at("/sensor/bayer");
        if (bayer.isMissingNode()) {
            return BayerPattern.MONO;
        }
        int blue = 2 * bayer.at("/blue/0").asInt(-9) + bayer.at("/blue/1").asInt();
        int red = 2 * bayer.at("/red/0").asInt(-9) + bayer.at("/red/1").asInt();
        for (BayerPattern pattern : BayerPattern.values()) {
            if (pattern != BayerPattern.MONO && pattern.cell('B', 0) == blue && pattern.cell('R', 0) == red) {
                return pattern;
            }
        }
        throw new IllegalArgumentException("sensor.bayer: expected blue and red at opposite corners of the 2 x 2 cell");
    }

    /** Colours of a frame: 3, or 1 of a mono sensor. */
    public int colours() {
        return plane.pattern() == BayerPattern.MONO ? 1 : 3;
    }

    /**
     * Reads a raw capture, share of full scale, height x width.
     *
     * @throws IOException if it is not a raw capture of this sensor
     */
    public float[] frame(Path file) throws IOException {
        Picture picture = OpenCvImages.read(file);
        if (picture.channels() != 1
                || picture.width() != sensor.width()
                || picture.height() != sensor.height()
                || picture.bitDepth() < sensor.bitDepth()) {
            throw new IOException(file + ": " + picture.channels() + " channels, " + picture.height() + " x "
                    + picture.width() + ", " + picture.bitDepth() + " bit; expected a grey raw capture of "
                    + sensor.height() + " x " + sensor.width() + " and at least " + sensor.bitDepth() + " bit");
        }
        int shift = sensor.packing() == Packing.U16_HIGH ? 16 - sensor.bitDepth() : 0;
        float[] frame = new float[sensor.samples()];
        for (int i = 0; i < frame.length; i++) {
            frame[i] = ((picture.samples()[i] & 0xffff) >>> shift) / (float) sensor.maxValue();
        }
        return frame;
    }

    /** Cuts the plane of a colour (0 red, 1 green, 2 blue; 0 of a mono sensor). */
    public float[] plane(float[] frame, int colour) {
        PlaneCutter cutter = new PlaneCutter(sensor, plane);
        float[] out = new float[plane.rows() * plane.cols()];
        if (colours() == 1) {
            cutter.cut(frame, 0, 1, false, out);
        } else if (colour == 1) {
            cutter.cut(frame, plane.pattern().cell('G', 0), 0.5f, false, out);
            cutter.cut(frame, plane.pattern().cell('G', 1), 0.5f, true, out);
        } else {
            cutter.cut(frame, plane.pattern().cell(COLOURS.charAt(colour), 0), 1, false, out);
        }
        return out;
    }

    /**
     * Reads one colour of a picture of the scene, scene x scene.
     *
     * @throws IOException if it has another size
     */
    public float[] picture(Path file, int colour) throws IOException {
        Picture picture = OpenCvImages.read(file);
        if (picture.width() != scene || picture.height() != scene) {
            throw new IOException(file + ": " + picture.height() + " x " + picture.width()
                    + ", expected the picture to be " + scene + " x " + scene);
        }
        float[] out = new float[scene * scene];
        int channel = picture.channels() == 1 ? 0 : colour;
        for (int i = 0; i < out.length; i++) {
            out[i] = picture.sample(i / scene, i % scene, channel);
        }
        return out;
    }
}
