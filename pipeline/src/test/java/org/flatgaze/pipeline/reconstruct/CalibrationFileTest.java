package org.flatgaze.pipeline.reconstruct;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.flatgaze.accel.array.NpyArray;
import org.flatgaze.accel.array.Npz;
import org.flatgaze.flatcam.Packing;
import org.flatgaze.flatcam.SensorFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibrationFileTest {

    private static final String MANIFEST = "manifest.json";

    @TempDir
    private Path folder;

    private Path file;
    private FlatCamModel model;

    @BeforeEach
    void setUp() {
        file = folder.resolve("device.npz");
        SensorFormat sensor = new SensorFormat(48, 40, 12, Packing.U16_HIGH);
        PlaneGeometry geometry = new PlaneGeometry(BayerPattern.GRBG, -0.002, 1, 2, 18, 20);
        model = new FlatCamModel(
                "bench-7",
                sensor,
                geometry,
                8,
                10,
                SmallModels.noise(1, 18 * 8),
                SmallModels.noise(2, 20 * 10),
                "Hadamard, 512 captures",
                "2026-01-02T03:04:05Z");
    }

    @Test
    void shouldReturnTheSameModelWhenSavedAndLoaded() throws IOException {
        FlatCamModels.save(model, file);

        FlatCamModel loaded = FlatCamModels.load(file);

        assertEquals(model.id(), loaded.id());
        assertArrayEquals(model.phiLeft(), loaded.phiLeft());
        assertArrayEquals(model.phiRight(), loaded.phiRight());
        assertEquals(model.sensor(), loaded.sensor());
        assertEquals(model.geometry(), loaded.geometry());
        assertEquals("bench-7", loaded.deviceId());
        assertEquals(model.provenance(), loaded.provenance());
        assertEquals(model.created(), loaded.created());
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(1, files.count(), "nothing temporary stays");
        }
    }

    @Test
    void shouldRefuseWhenVersionIsAnother() throws IOException {
        rewrite(text -> text.replace("\"version\" : 1", "\"version\" : 2"), Map.of());

        assertRefused("calibration version 2, this program reads version 1");
    }

    @Test
    void shouldRefuseWhenValuesWereChanged() throws IOException {
        float[] changed = model.phiLeft();
        changed[3] += 0.01f;
        rewrite(text -> text, Map.of("phi_left", NpyArray.ofFloats(changed, 18, 8)));

        assertRefused("phi_left does not match its sha256");
    }

    @Test
    void shouldRefuseWhenAValueIsNotANumber() throws IOException {
        float[] changed = model.phiRight();
        changed[25] = Float.NaN;
        String before = FlatCamModel.sha256(model.phiRight());
        String after = FlatCamModel.sha256(changed);
        rewrite(text -> text.replace(before, after), Map.of("phi_right", NpyArray.ofFloats(changed, 20, 10)));

        assertRefused("phiRight[2][5]=NaN");
    }

    @Test
    void shouldRefuseWhenPlaneDoesNotFitTheSensor() throws IOException {
        rewrite(text -> text.replace("\"height\" : 40", "\"height\" : 30"), Map.of());

        assertRefused("inside the 15 x 24 plane of this sensor");
    }

    @Test
    void shouldRefuseWhenShapeIsAnother() throws IOException {
        rewrite(text -> text, Map.of("phi_left", NpyArray.ofFloats(model.phiLeft(), 8, 18)));

        assertRefused("expected FLOAT32 [18, 8]");
    }

    @Test
    void shouldNameTheFieldWhenItIsMissingOrUnknown() throws IOException {
        rewrite(text -> text.replace("U16_HIGH", "U17"), Map.of());
        assertRefused("sensor.packing is \"U17\", expected one of");

        rewrite(text -> text.replace("first_row", "row0"), Map.of());
        assertRefused("plane.first_row is missing");
    }

    @Test
    void shouldRefuseWhenFileIsAbsentForeignOrCutOff() throws IOException {
        assertRefused("no such calibration");

        Files.writeString(file, "hello");
        assertRefused("device.npz");

        FlatCamModels.save(model, file);
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        assertRefused("device.npz");

        Npz.write(file, Map.of("x", NpyArray.ofFloats(new float[2], 2)));
        assertRefused("no manifest.json inside");

        Files.delete(file);
        Files.createDirectory(file);
        assertRefused("no rig.json");
    }

    @Test
    void shouldKeepTheOldFileWhenTheNewOneCannotBeWritten() throws IOException {
        Path missing = folder.resolve("absent").resolve("device.npz");

        IOException e = assertThrows(IOException.class, () -> FlatCamModels.save(model, missing));

        assertTrue(e.getMessage().contains("device.npz"), e.getMessage());
    }

    private void rewrite(UnaryOperator<String> manifest, Map<String, NpyArray> replaced) throws IOException {
        FlatCamModels.save(model, file);
        Map<String, NpyArray> arrays = new LinkedHashMap<>(Npz.read(file));
        arrays.putAll(replaced);
        String text = Npz.readText(file, MANIFEST).orElseThrow();
        Npz.write(file, arrays, Map.of(MANIFEST, manifest.apply(text)), Npz.Compression.STORED);
    }

    private void assertRefused(String expected) {
        IOException e = assertThrows(IOException.class, () -> FlatCamModels.load(file));
        assertTrue(e.getMessage().contains(expected), e.getMessage());
        assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
        assertEquals(1, e.getMessage().lines().count());
    }
}
