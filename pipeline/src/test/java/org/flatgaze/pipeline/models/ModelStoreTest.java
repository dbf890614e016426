package org.flatgaze.pipeline.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import org.flatgaze.pipeline.FakeModels;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelStoreTest {

    @TempDir
    Path directory;

    private Path manifest;

    @BeforeEach
    void writeStore() throws IOException {
        FakeModels.writeStore(directory);
        manifest = directory.resolve("manifest.json");
    }

    private void edit(String from, String to) throws IOException {
        String text = Files.readString(manifest);
        assertTrue(text.contains(from), "manifest holds " + from);
        Files.writeString(manifest, text.replaceFirst(Pattern.quote(from), to));
    }

    private String complaint(Runnable action) {
        String message = assertThrows(ModelException.class, action::run).getMessage();
        assertFalse(message.contains("\n"), message);
        return message;
    }

    private String openComplaint() {
        String message = complaint(() -> ModelStore.open(directory));
        assertTrue(message.startsWith(manifest.toString()), message);
        return message;
    }

    private static void assertHolds(String message, String... parts) {
        for (String part : parts) {
            assertTrue(message.contains(part), message + " holds " + part);
        }
    }

    @Test
    void shouldReadEntries() {
        ModelStore store = ModelStore.open(directory);
        assertEquals(Set.of("fbnet-c100", "ritnet-128"), store.ids());
        ModelEntry entry = store.entry("fbnet-c100");
        assertArrayEquals(new int[] {1, 1, 96, 160}, entry.input().shape());
        assertEquals("gaze", entry.output().name());
        assertEquals(Normalisation.STANDARDIZE, entry.normalisation());
        assertEquals(1234, entry.parameters());
        assertEquals(2.5, entry.metrics().get("mean_deg"));
        assertEquals("1000", entry.training().get("frames"));
        assertEquals("Apache-2.0", entry.licence());
    }

    @Test
    void shouldLoadFileWhenDigestMatches() {
        byte[] onnx = ModelStore.open(directory).load("fbnet-c100").onnx();
        assertEquals("model fbnet-c100", new String(onnx, StandardCharsets.UTF_8));
    }

    @Test
    void shouldCompileWhenShapesMatch() {
        FakeModels accelerator = new FakeModels()
                .with("fbnet-c100", FakeModels.gazeIn(), FakeModels.gazeOut(), FakeModels.vector(0, 0, -1));
        assertEquals(
                "fbnet-c100",
                ModelStore.open(directory).compile(accelerator, "fbnet-c100").name());
        assertFalse(accelerator.isClosed("fbnet-c100"));
    }

    @Test
    void shouldRefuseAndCloseProgramWhenShapesDiffer() {
        FakeModels accelerator = new FakeModels()
                .with("fbnet-c100", new int[] {1, 3, 96, 160}, FakeModels.gazeOut(), FakeModels.vector(0, 0, -1));
        ModelStore store = ModelStore.open(directory);
        String message = complaint(() -> store.compile(accelerator, "fbnet-c100"));
        assertHolds(message, "model fbnet-c100", "input x", "[1, 3, 96, 160]", "[1, 1, 96, 160]", "same training run");
        assertTrue(accelerator.isClosed("fbnet-c100"));
    }

    @Test
    void shouldListKnownModelsWhenIdIsUnknown() {
        ModelStore store = ModelStore.open(directory);
        assertHolds(complaint(() -> store.entry("fbnet")), "model fbnet:", "known models: fbnet-c100, ritnet-128");
    }

    @Test
    void shouldSayWhichFileWhenModelIsMissing() throws IOException {
        Files.delete(directory.resolve("fbnet-c100.onnx"));
        ModelStore store = ModelStore.open(directory);
        assertHolds(complaint(() -> store.load("fbnet-c100")), "fbnet-c100.onnx not found", "restore");
    }

    @Test
    void shouldRefuseFileWhenDigestDiffers() throws IOException {
        Files.writeString(directory.resolve("fbnet-c100.onnx"), "model fbnet-c101");
        ModelStore store = ModelStore.open(directory);
        assertHolds(complaint(() -> store.load("fbnet-c100")), "fbnet-c100.onnx is damaged or replaced", "sha256");
    }

    @Test
    void shouldRefuseFileOutsideTheDirectory() throws IOException {
        edit("fbnet-c100.onnx", "../secret.onnx");
        ModelStore store = ModelStore.open(directory);
        assertHolds(complaint(() -> store.load("fbnet-c100")), "file=../secret.onnx", "expected a file inside");
    }

    @Test
    void shouldSayWhatToDoWhenManifestIsMissing() throws IOException {
        Files.delete(manifest);
        assertHolds(openComplaint(), "not found; give the directory that holds the models");
    }

    @Test
    void shouldNameLineWhenManifestIsNotJson() throws IOException {
        Files.writeString(manifest, "{\n\"format\": oops}");
        assertHolds(openComplaint(), "not valid JSON (line 2)");
    }

    @Test
    void shouldRefuseOtherVersionsAndFormats() throws IOException {
        edit("\"version\":1", "\"version\":2");
        assertHolds(openComplaint(), "version=2", "reads version 1");
        edit("flatgaze-models", "something");
        assertHolds(openComplaint(), "format=something: expected flatgaze-models");
    }

    @Test
    void shouldNameKeyWhenManifestIsIncomplete() throws IOException {
        edit("\"shape\":[1, 1, 96, 160]", "\"shape\":[1, 1, 0, 160]");
        assertHolds(openComplaint(), "models.fbnet-c100.input.shape", "at least 1");
        edit("\"shape\":[1, 1, 0, 160],", "");
        assertHolds(openComplaint(), "models.fbnet-c100.input.shape: missing");
        writeStore();
        edit("standardize", "whiten");
        assertHolds(openComplaint(), "normalisation=whiten", "standardize or none");
        writeStore();
        edit("\"file\":\"fbnet-c100.onnx\",", "");
        assertHolds(openComplaint(), "models.fbnet-c100.file: missing");
    }

    @Test
    void shouldRefuseManifestWithoutModels() throws IOException {
        Files.writeString(manifest, "{\"format\":\"flatgaze-models\",\"version\":1,\"models\":{}}");
        assertHolds(openComplaint(), "models: expected");
    }

    @Test
    void shouldWarnWhenManifestNamesNoFilter() throws IOException {
        edit("\"" + FakeModels.FILTER_ID + "\"", "null");
        ModelStore store = ModelStore.open(directory);
        assertEquals("", store.entry("fbnet-c100").filterId());
        assertHolds(store.filterMismatch("fbnet-c100", "ffff").orElseThrow().message(), "no filter the manifest names");
    }

    @Test
    void shouldWarnOrRefuseWhenFilterIsAnother() {
        ModelStore store = ModelStore.open(directory);
        assertTrue(store.filterMismatch("fbnet-c100", FakeModels.FILTER_ID).isEmpty());
        store.requireFilter("fbnet-c100", FakeModels.FILTER_ID);
        assertHolds(
                store.filterMismatch("fbnet-c100", "ffff").orElseThrow().message(),
                "fbnet-c100",
                "trained with filter " + FakeModels.FILTER_ID,
                "uses filter ffff");
        assertHolds(complaint(() -> store.requireFilter("fbnet-c100", "ffff")), "published error does not hold");
    }
}
