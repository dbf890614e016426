package org.flatgaze.accel.shiftadd.cost;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.flatgaze.accel.shiftadd.SharedData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Mode {@code paper} against the record published with ShiftAddNAS, every row and column. */
final class PublishedRecordTest {

    private static final String RECORD = "hw_record/bossnet_T0_mix_v4_distilled_Q-224/";

    private static CostTable table() {
        RowStationaryMapper mapper =
                new RowStationaryMapper(ArrayProfile.published(), CostRules.paper(), UnitEnergies.published(32));
        return new CostTable(mapper.map(HybridNetwork.layers(HybridEncoding.parse("v4"), 2, 224)));
    }

    @ParameterizedTest
    @CsvSource({"CONV,conv.csv,74", "SHIFT,shfit_q.csv,17", "LINEAR,linear.csv,2", "MATMUL,matmul.csv,10"})
    void shouldEqualEveryPublishedNumberWhenMappedByThePublishedRules(LayerKind kind, String file, int rows)
            throws IOException {
        List<double[]> expected = SharedData.numbers(SharedData.shiftAddNas(RECORD + file), 0);
        List<LayerCost> actual = table().of(kind);
        assertEquals(rows, expected.size());
        assertEquals(rows, actual.size());
        for (int i = 0; i < rows; i++) {
            String[] columns = actual.get(i).csvLine(i + 1).split(",", -1);
            double[] row = expected.get(i);
            assertEquals(row.length, columns.length);
            for (int c = 0; c < row.length; c++) {
                double value = Double.parseDouble(columns[c]);
                assertEquals(row[c], value, 1e-9 * Math.abs(row[c]), file + " row " + (i + 1) + " column " + (c + 1));
            }
        }
    }

    @Test
    void shouldWriteThePublishedTextWhenAskedForCsv(@TempDir Path folder) throws IOException {
        table().writeCsv(folder);
        assertEquals(
                Files.readString(SharedData.shiftAddNas(RECORD + "linear.csv")).replace("\r", ""),
                Files.readString(folder.resolve("linear.csv")));
        assertEquals(
                Files.readString(SharedData.shiftAddNas(RECORD + "conv.csv")).replace("\r", ""),
                Files.readString(folder.resolve("conv.csv")));
        assertEquals(0, Files.size(folder.resolve("add.csv")), "v4 has no adder block");
        try (var files = Files.list(folder)) {
            assertEquals(5, files.count());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "big_28.4,214.3,130.2",
        "HAT_raspi_28.2,69.1,41.7",
        "HAT_raspi_27.6,55.9,33.7",
        "HAT_raspi_25.8,39.5,23.8"
    })
    void shouldSumToThePublishedTranslationRowsWhenAddingEncoderAndDecoder(String pair, double mj, double ms)
            throws IOException {
        double energy = 0;
        double seconds = 0;
        for (String half : List.of("encoder", "decoder")) {
            for (double[] row : SharedData.numbers(SharedData.shiftAddNas("sim/" + pair + "_" + half + ".csv"), 1)) {
                energy += row[2];
                seconds += row[3];
            }
        }
        assertEquals(mj, energy, 0.05);
        assertEquals(ms, seconds * 1e3, 0.05);
    }
}
