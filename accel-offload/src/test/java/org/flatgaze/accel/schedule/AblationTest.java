package org.flatgaze.accel.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.flatgaze.accel.cost.AcceleratorProfile;
import org.flatgaze.accel.cost.Presets;
import org.flatgaze.accel.cost.PublishedFigures;
import org.flatgaze.accel.cost.PublishedFigures.AblationFigure;
import org.flatgaze.accel.cost.SharedEyecod;
import org.junit.jupiter.api.Test;

final class AblationTest {

    @Test
    void shouldStayWithinThreePercentOfAllRowsWhenThePresetIsTheFit() {
        List<AblationRow> rows = Ablation.of(Presets.byId(Presets.EYECOD_FIT));
        assertEquals(5, rows.size());
        for (AblationRow row : rows) {
            assertTrue(Math.abs(row.errorPercent()) <= 3, row.published().system() + " " + row.errorPercent());
        }
        assertEquals(0.34, rows.get(1).depthWiseShare(), 0.03, "published share of depth-wise time");
    }

    @Test
    void shouldGiveTheSameNumbersWhenNothingChanged() {
        assertFps(Presets.EYECOD_FIT, 98.61, 190.44, 232.25, 293.62, 374.94);
        assertFps(Presets.IDEAL, 426.33, 1071.36, 1226.62, 1282.42, 1421.82);
    }

    @Test
    void shouldNameWhatWasFittedWhenThePresetIsTheFit() {
        AcceleratorProfile fit = Presets.byId(Presets.EYECOD_FIT);
        assertTrue(fit.fitted()
                .containsAll(
                        List.of("activationBytesPerCycle", "weightBytesPerCycle", "rowGroups", "segmentationSize")));
        assertEquals(List.of(), Presets.byId(Presets.IDEAL).fitted());
    }

    @Test
    void shouldLeaveRowsAloneWhenAFeatureIsNotInTheProfile() {
        AcceleratorProfile without = Presets.byId(Presets.EYECOD_FIT).with("depthWiseReuse", false);
        List<AblationRow> rows = Ablation.of(without);
        assertEquals(rows.get(3).fps(), rows.get(4).fps());
    }

    @Test
    void shouldQuoteThePublishedFiguresWhenSharedDataIsPresent() throws IOException {
        List<String> lines = Files.readAllLines(SharedEyecod.file("ablation.csv"));
        assertEquals(PublishedFigures.ABLATION.size(), lines.size() - 1);
        for (int i = 0; i < PublishedFigures.ABLATION.size(); i++) {
            AblationFigure figure = PublishedFigures.ABLATION.get(i);
            String[] fields = lines.get(i + 1).split(",", -1);
            assertEquals(fields[0], figure.system());
            assertEquals(Double.parseDouble(fields[1]), figure.fps());
            assertEquals(Double.parseDouble(fields[2]), figure.relativeEnergyEfficiency());
        }
    }

    private static void assertFps(String preset, double... expected) {
        List<AblationRow> rows = Ablation.of(Presets.byId(preset));
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], rows.get(i).fps(), expected[i] * 1e-3, preset + " row " + i);
        }
    }
}
