package org.flatgaze.calibration.camera;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.flatgaze.accel.array.NpyArray;
import org.flatgaze.accel.array.Npz;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.pipeline.reconstruct.FlatCamModel;
import org.flatgaze.pipeline.reconstruct.FlatCamModels;

/**
 * The per-device calibration file: what {@link FlatCamModels} reads, and beside it what only a calibration knows: arrays
 * {@code measured_left}, {@code measured_right} (the matrices before the shadow fit), {@code hot_pixels} (n x 2, row and
 * column), and in {@code manifest.json} an object {@code calibration} with how it was made and how good it is. Older and
 * newer readers ignore what they do not know.
 */
public final class DeviceFile {

    private static final String MANIFEST = "manifest.json";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private DeviceFile() {}

    /**
     * What a calibration knows about its sensor.
     *
     * @param variancePerLight variance of a sample of one frame per mean light above dark, shares of full scale; NaN if
     *     not known
     * @param darkLevel mean of a dark frame, share of full scale
     * @param responseSpread standard deviation of the pixels' relative sensitivity: a fixed picture, but noise to a calibration
     */
    public record Noise(double variancePerLight, double darkLevel, double responseSpread) {

        /** Nothing is known. */
        public static final Noise UNKNOWN = new Noise(Double.NaN, 0, 0);

        /** Standard deviation of a sample of a frame with this mean; NaN if not known. */
        public double sigma(double light) {
            double above = Math.max(0, light - darkLevel);
            return Math.sqrt(variancePerLight * above + Math.pow(responseSpread * above, 2));
        }
    }

    /**
     * Writes a model with more arrays and facts; the file appears complete or not at all, an older one stays until then.
     *
     * @param arrays further arrays by name
     * @param facts becomes the manifest's {@code calibration} object
     * @throws IOException if it cannot be written
     */
    public static void save(FlatCamModel model, Map<String, NpyArray> arrays, Map<String, ?> facts, Path file)
            throws IOException {
        Path absolute = file.toAbsolutePath();
        Path plain = absolute.resolveSibling("." + absolute.getFileName() + ".model");
        try {
            FlatCamModels.save(model, plain);
            Map<String, NpyArray> all = new LinkedHashMap<>(Npz.read(plain));
            all.putAll(arrays);
            ObjectNode manifest =
                    (ObjectNode) MAPPER.readTree(Npz.readText(plain, MANIFEST).orElseThrow());
            manifest.set("calibration", MAPPER.valueToTree(facts));
            Npz.write(absolute, all, Map.of(MANIFEST, manifest.toPrettyString()), Npz.Compression.STORED);
        } finally {
            Files.deleteIfExists(plain);
        }
    }

    /** Saves a calibration from patterns with its facts. */
    public static void save(CameraCalibration calibration, FlatCamModel model, Map<String, ?> facts, Path file)
            throws IOException {
        SeparablePair measured = calibration.measured();
        int[] hot = calibration.hotPixels();
        int[] places = new int[2 * hot.length];
        int cols = calibration.sensor().width();
        for (int i = 0; i < hot.length; i++) {
            places[2 * i] = hot[i] / cols;
            places[2 * i + 1] = hot[i] % cols;
        }
        Map<String, NpyArray> arrays = new LinkedHashMap<>();
        arrays.put("measured_left", NpyArray.ofFloats(measured.left(), measured.rows(), measured.scene()));
        arrays.put("measured_right", NpyArray.ofFloats(measured.right(), measured.cols(), measured.scene()));
        arrays.put("hot_pixels", NpyArray.ofInts(places, hot.length, 2));
        Map<String, Object> all = new LinkedHashMap<>(facts);
        all.put("variance_per_light", calibration.variancePerLight());
        all.put("dark_level", calibration.darkLevel());
        all.put("response_spread", calibration.responseSpread());
        save(model, arrays, all, file);
    }

    /** The hot pixels a calibration file knows; none for folders and for files of other makers. */
    public static HotPixels hotPixels(Path file, SensorFormat sensor) throws IOException {
        NpyArray places = Files.isDirectory(file) ? null : Npz.read(file).get("hot_pixels");
        int[] flat = places == null ? new int[0] : places.ints();
        int[] pixels = new int[flat.length / 2];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = flat[2 * i] * sensor.width() + flat[2 * i + 1];
        }
        try {
            return HotPixels.of(sensor.height(), sensor.width(), pixels);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": hot_pixels: " + e.getMessage(), e);
        }
    }

    /** What a calibration file knows of its sensor's noise; not known for folders and for files of other makers. */
    public static Noise noise(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            return Noise.UNKNOWN;
        }
        JsonNode facts =
                MAPPER.readTree(Npz.readText(file, MANIFEST).orElse("{}")).path("calibration");
        return new Noise(
                facts.path("variance_per_light").asDouble(Double.NaN),
                facts.path("dark_level").asDouble(0),
                facts.path("response_spread").asDouble(0));
    }
}
