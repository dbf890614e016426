package org.flatgaze.accel.cost;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PublishedNetsTest {

    @Test
    void shouldMatchPublishedTotalsWhenBuiltInCode() {
        LayerTable gaze = PublishedNets.fbnetC100(96, 160);
        assertAll(
                () -> assertEquals(116_137_632L, gaze.macs()),
                () -> assertEquals(3_592_867L, gaze.parameters()),
                () -> assertEquals(82, gaze.layers().size()),
                () -> assertEquals(21, gaze.count(LayerKind.DEPTHWISE)),
                () -> assertEquals(11_270_880L, gaze.macs(LayerKind.DEPTHWISE)),
                () -> assertEquals(
                        460_800L,
                        gaze.peakLayer().inputBytes() + gaze.peakLayer().outputBytes()),
                () -> assertEquals("b01.dw", gaze.peakLayer().id()));
        assertEquals(1_050_935_296L, PublishedNets.ritnet(128, 128).macs());
        assertEquals(4_203_741_184L, PublishedNets.ritnet(256, 256).macs());
        assertEquals(16_814_964_736L, PublishedNets.ritnet(512, 512).macs());
        assertEquals(248_900L, PublishedNets.ritnet(640, 400).parameters());
        assertEquals(17_016_881_152L, PublishedNets.ritnet(512, 512).operations(), "the slides' 17.0 G");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fbnetc100_1x96x160.json",
                "ritnet_1x128x128.json",
                "ritnet_1x256x256.json",
                "ritnet_1x512x512.json"
            })
    void shouldEqualLayerTableOfSharedDataWhenPresent(String name) throws IOException {
        LayerTable file = LayerTableFile.read(SharedEyecod.file("layers/" + name));
        LayerTable built = switch (name) {
            case "fbnetc100_1x96x160.json" -> PublishedNets.fbnetC100(96, 160);
            case "ritnet_1x128x128.json" -> PublishedNets.ritnet(128, 128);
            case "ritnet_1x256x256.json" -> PublishedNets.ritnet(256, 256);
            default -> PublishedNets.ritnet(512, 512);
        };
        assertEquals(file.name(), built.name());
        assertEquals(file.layers().size(), built.layers().size());
        for (int i = 0; i < built.layers().size(); i++) {
            LayerShape expected = file.layers().get(i);
            LayerShape actual = built.layers().get(i);
            if (!expected.kind().multiplies()) {
                // The files number the groups of pools and affine steps; nothing follows from it.
                expected = withGroups(expected, 1);
            }
            assertEquals(expected, actual);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fbnetc100_1x96x160.json",
                "mobilenetv2_1x96x160.json",
                "mobilenetv2_3x96x160.json",
                "resnet18_1x96x160.json",
                "resnet18_3x96x160.json",
                "ritnet_1x128x128.json",
                "ritnet_1x256x256.json",
                "ritnet_1x512x512.json"
            })
    void shouldReproduceStatedTotalsWhenReadingATable(String name) throws IOException {
        Path path = SharedEyecod.file("layers/" + name);
        LayerTable table = LayerTableFile.read(path);
        JsonNode totals = new ObjectMapper().readTree(path.toFile()).get("totals");
        assertEquals(totals.get("macs").asLong(), table.macs());
        assertEquals(totals.get("params").asLong(), table.parameters());
        assertEquals(totals.get("ops_macs_plus_elementwise").asLong(), table.operations());
        assertEquals(totals.get("peak_layer").asText(), table.peakLayer().id());
        assertEquals(
                totals.get("peak_in_plus_out_bytes_int8").asLong(),
                table.peakLayer().inputBytes() + table.peakLayer().outputBytes());
        totals.get("by_type").properties().forEach(entry -> {
            LayerKind kind = LayerKind.ofTableName(entry.getKey());
            assertEquals(entry.getValue().get("layers").asInt(), table.count(kind), entry.getKey());
            assertEquals(entry.getValue().get("macs").asLong(), table.macs(kind), entry.getKey());
            assertEquals(entry.getValue().get("params").asLong(), table.parameters(kind), entry.getKey());
        });
    }

    @Test
    void shouldCountTwoProductsWhenReconstructionIsSeparable() {
        LayerTable full = PublishedNets.separableReconstruction(256, 256, 256, 256);
        assertEquals(2L * 256 * 256 * 256, full.macs());
        LayerTable roi = PublishedNets.separableReconstruction(96, 160, 480, 640);
        assertEquals(96L * 480 * 640 + 96L * 640 * 160, roi.macs());
        LayerTable both = roi.then(PublishedNets.fbnetC100(96, 160), "net.");
        assertEquals(roi.macs() + 116_137_632L, both.macs());
        assertEquals("right", both.layers().get(2).inputs().getFirst());
    }

    @Test
    void shouldNameTheSizeWhenRitnetCannotHalveIt() {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> PublishedNets.ritnet(100, 128));
        assertTrue(e.getMessage().contains("100x128"), e.getMessage());
    }

    private static LayerShape withGroups(LayerShape s, int groups) {
        return new LayerShape(
                s.id(),
                s.kind(),
                s.kernelRows(),
                s.kernelColumns(),
                s.stride(),
                groups,
                s.channelsIn(),
                s.channelsOut(),
                s.rowsIn(),
                s.columnsIn(),
                s.rowsOut(),
                s.columnsOut(),
                s.bias(),
                s.affine(),
                s.activated(),
                s.inputs());
    }
}
