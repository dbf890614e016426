package org.flatgaze.accel.cost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LayerTableFileTest {

    private static final String GOOD = """
            {"net": "tiny", "layers": [
             {"id": "a", "type": "conv", "kernel": 3, "stride": 1, "groups": 1, "cin": 1, "cout": 4, "h_in": 8, "w_in": 8,
              "h_out": 8, "w_out": 8, "bias": true, "bn": false, "act": "relu", "inputs": ["input"], "macs": 2304}]}
            """;

    @TempDir
    private Path folder;

    @Test
    void shouldReadALayerWhenTheFileIsComplete() throws IOException {
        LayerTable table = LayerTableFile.read(write(GOOD));
        assertEquals(1, table.layers().size());
        assertEquals(40, table.parameters());
        assertTrue(table.layers().getFirst().activated());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"macs\": 2304 | \"macs\": 2305 | macs=2305",
                "\"cout\": 4 | \"cout\": 0 | channelsOut=0",
                "\"cout\": 4, | '' | cout=(missing)",
                "\"type\": \"conv\" | \"type\": \"warp\" | type=warp",
                "[\"input\"] | [\"b\"] | inputs=b",
                "\"stride\": 1 | \"stride\": 1.5 | stride=1.5",
                "\"h_out\": 8 | \"h_out\": 2000000000 | too large",
                "\"stride\": 1 | \"stride\": 1000 | stride=1000",
                "\"groups\": 1 | \"groups\": 3 | groups=3",
                "{\"net\" | {\"net | not JSON",
                "\"layers\" | \"lagers\" | layers",
            })
    void shouldNameFileAndFieldWhenATableIsWrong(String part, String wrong, String expected) throws IOException {
        Path file = write(GOOD.replace(part, wrong));
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> LayerTableFile.read(file));
        assertTrue(e.getMessage().contains(expected), e.getMessage());
        assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
        assertEquals(1, e.getMessage().lines().count());
    }

    @Test
    void shouldSayNoSuchFileWhenItIsAbsent() {
        Path file = folder.resolve("none.json");
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> LayerTableFile.read(file));
        assertTrue(e.getMessage().contains("no such file"), e.getMessage());
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("table.json"), text);
    }
}
