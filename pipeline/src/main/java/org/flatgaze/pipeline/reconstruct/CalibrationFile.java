package org.flatgaze.pipeline.reconstruct;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.flatgaze.accel.array.NpyArray;
import org.flatgaze.accel.array.NpyType;
import org.flatgaze.accel.array.Npz;
import org.flatgaze.flatcam.Packing;
import org.flatgaze.flatcam.SensorFormat;

/**
 * The calibration file of one device: a {@code .npz} that NumPy reads, with a description beside the arrays.
 *
 * <p>Entries: {@code phi_left.npy} (rows x sceneRows, float32), {@code phi_right.npy} (cols x sceneCols, float32) and
 * {@code manifest.json}: {@code format} "flatgaze-calibration", {@code version} 1, {@code device_id}, {@code created}
 * (ISO 8601 or empty), {@code provenance}, {@code sensor} {width, height, bit_depth, packing}, {@code plane} {pattern,
 * rotation_rad, first_row, first_col, rows, cols}, {@code scene} {rows, cols}, {@code sha256} {phi_left, phi_right} over the
 * values as little-endian float32. Other entries and fields are ignored, so that a newer writer may add some.
 */
final class CalibrationFile {

    static final String FORMAT = "flatgaze-calibration";
    static final int VERSION = 1;

    private static final String MANIFEST = "manifest.json";
    private static final String LEFT = "phi_left";
    private static final String RIGHT = "phi_right";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private CalibrationFile() {}

    static FlatCamModel load(Path file) throws IOException {
        String manifest = Npz.readText(file, MANIFEST)
                .orElseThrow(() -> new IOException(file + ": no " + MANIFEST + " inside; not a FlatGaze calibration,"
                        + " make one with `flatgaze calibrate camera`"));
        JsonFields json = JsonFields.parse(file + ": " + MANIFEST, manifest.getBytes(StandardCharsets.UTF_8));
        String format = json.text("/format");
        if (!format.equals(FORMAT)) {
            throw new IOException(file + ": format is " + format + ", expected " + FORMAT);
        }
        int version = json.integer("/version");
        if (version != VERSION) {
            throw new IOException(file + ": calibration version " + version + ", this program reads version " + VERSION
                    + ": calibrate again or use a matching release");
        }
        Map<String, NpyArray> arrays = Npz.read(file);
        float[] left = values(file, arrays.get(LEFT), json, LEFT, "/plane/rows", "/scene/rows");
        float[] right = values(file, arrays.get(RIGHT), json, RIGHT, "/plane/cols", "/scene/cols");
        try {
            SensorFormat sensor = new SensorFormat(
                    json.integer("/sensor/width"),
                    json.integer("/sensor/height"),
                    json.integer("/sensor/bit_depth"),
                    json.choice("/sensor/packing", Packing.class));
            PlaneGeometry geometry = new PlaneGeometry(
                    json.choice("/plane/pattern", BayerPattern.class),
                    json.number("/plane/rotation_rad"),
                    json.integer("/plane/first_row"),
                    json.integer("/plane/first_col"),
                    json.integer("/plane/rows"),
                    json.integer("/plane/cols"));
            return new FlatCamModel(
                    json.text("/device_id"),
                    sensor,
                    geometry,
                    json.integer("/scene/rows"),
                    json.integer("/scene/cols"),
                    left,
                    right,
                    json.text("/provenance"),
                    json.text("/created"));
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage() + "; calibrate this device again", e);
        }
    }

    static void save(FlatCamModel model, Path file) throws IOException {
        float[] left = model.phiLeft();
        float[] right = model.phiRight();
        Map<String, NpyArray> arrays = new LinkedHashMap<>();
        arrays.put(LEFT, NpyArray.ofFloats(left, model.rows(), model.sceneRows()));
        arrays.put(RIGHT, NpyArray.ofFloats(right, model.cols(), model.sceneCols()));
        String manifest = manifest(model, FlatCamModel.sha256(left), FlatCamModel.sha256(right))
                .toPrettyString();
        Npz.write(file, arrays, Map.of(MANIFEST, manifest), Npz.Compression.STORED);
    }

    private static ObjectNode manifest(FlatCamModel model, String shaLeft, String shaRight) {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("format", FORMAT);
        root.put("version", VERSION);
        root.put("device_id", model.deviceId());
        root.put("created", model.created().orElse(""));
        root.put("provenance", model.provenance());
        root.put("id", model.id());
        SensorFormat sensor = model.sensor();
        root.putObject("sensor")
                .put("width", sensor.width())
                .put("height", sensor.height())
                .put("bit_depth", sensor.bitDepth())
                .put("packing", sensor.packing().name());
        PlaneGeometry plane = model.geometry();
        root.putObject("plane")
                .put("pattern", plane.pattern().name())
                .put("rotation_rad", plane.rotationRad())
                .put("first_row", plane.firstRow())
                .put("first_col", plane.firstCol())
                .put("rows", plane.rows())
                .put("cols", plane.cols());
        root.putObject("scene").put("rows", model.sceneRows()).put("cols", model.sceneCols());
        root.putObject("sha256").put(LEFT, shaLeft).put(RIGHT, shaRight);
        return root;
    }

    private static float[] values(Path file, NpyArray array, JsonFields json, String name, String rowsAt, String colsAt)
            throws IOException {
        if (array == null) {
            throw new IOException(file + ": no " + name + ".npy inside; calibrate this device again");
        }
        int[] expected = {json.integer(rowsAt), json.integer(colsAt)};
        if (array.type() != NpyType.FLOAT32 || !Arrays.equals(array.shape(), expected)) {
            throw new IOException(file + ": " + name + " is " + array.type() + " " + Arrays.toString(array.shape())
                    + ", expected FLOAT32 " + Arrays.toString(expected) + "; calibrate this device again");
        }
        float[] values = array.floats();
        if (!FlatCamModel.sha256(values).equals(json.text("/sha256/" + name))) {
            throw new IOException(file + ": " + name + " does not match its sha256: the file is damaged or was edited,"
                    + " restore it or calibrate again");
        }
        return values;
    }
}
