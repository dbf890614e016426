package org.flatgaze.runtime.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.flatgaze.runtime.bench.Baseline.Movement;
import org.flatgaze.runtime.loop.RegionMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BaselineTest {

    @TempDir
    private Path folder;

    @Test
    void shouldSayNothingWhenFiguresMoveWithinNoise() throws IOException {
        Baseline baseline = baseline(SmallReports.report(BenchMode.PACED, 2.0, 2.0, 2.0));
        List<Movement> moved = baseline.compare(
                SmallReports.report(BenchMode.PACED, 2.02, 2.02, 2.02).toJson());
        assertTrue(moved.size() > 5, moved::toString);
        assertTrue(moved.stream().noneMatch(Movement::hasMoved), moved::toString);
        assertTrue(Baseline.text(moved, List.of()).contains("0 moved beyond noise"));
    }

    @Test
    void shouldNameTheFigureWhenItGotWorse() throws IOException {
        Baseline baseline = baseline(SmallReports.report(BenchMode.PACED, 2.0, 2.0, 2.0));
        List<Movement> moved = baseline.compare(
                SmallReports.report(BenchMode.PACED, 3.0, 3.0, 3.0).toJson());
        Movement p50 = of(moved, "latency_ms.p50");
        assertTrue(p50.isWorse());
        assertTrue(of(moved, "fps").isWorse(), "100 frames in more time");
        String text = Baseline.text(moved, List.of("cpu: was a, is b"));
        assertTrue(text.contains("worse   latency_ms.p50"), text);
        assertTrue(text.contains("cpu: was a, is b"), text);
    }

    @Test
    void shouldNotCallAnImprovementARegression() throws IOException {
        Baseline baseline = baseline(SmallReports.report(BenchMode.PACED, 3.0, 3.0, 3.0));
        List<Movement> moved = baseline.compare(
                SmallReports.report(BenchMode.PACED, 2.0, 2.0, 2.0).toJson());
        assertTrue(of(moved, "latency_ms.p50").hasMoved());
        assertTrue(of(moved, "fps").hasMoved());
        assertTrue(moved.stream().noneMatch(Movement::isWorse), moved::toString);
    }

    @Test
    void shouldTakeTheSpreadOfTheRunsForNoise() throws IOException {
        Baseline steady = baseline(SmallReports.report(BenchMode.PACED, 2.0, 2.0, 2.0));
        BenchReport wild = SmallReports.report(BenchMode.PACED, 1.6, 2.3, 3.0);
        Movement p50 = of(steady.compare(wild.toJson()), "latency_ms.p50");
        assertFalse(p50.hasMoved(), p50::toString);
        Movement calm = of(
                steady.compare(
                        SmallReports.report(BenchMode.PACED, 2.3, 2.3, 2.3).toJson()),
                "latency_ms.p50");
        assertTrue(calm.isWorse(), calm::toString);
    }

    @Test
    void shouldBeMoreCarefulWhenThereIsOneRun() throws IOException {
        double[] slower = {2.15};
        Movement one = of(
                baseline(SmallReports.report(BenchMode.PACED, 2.0))
                        .compare(SmallReports.report(BenchMode.PACED, slower).toJson()),
                "latency_ms.p50");
        assertFalse(one.hasMoved(), one::toString);
    }

    @Test
    void shouldSayWhatIsDifferentAroundIt() throws IOException {
        BenchReport then = SmallReports.report(BenchMode.PACED, 2.0);
        Baseline baseline = baseline(then);
        BenchReport now = SmallReports.report(BenchMode.PACED, 2.0);
        now.environment().put("cpu", "another");
        assertEquals(List.of(), baseline.differences(then.toJson()));
        assertEquals(List.of("cpu: was a <b> & \"c\", is another"), baseline.differences(now.toJson()));
    }

    @Test
    void shouldRefuseAnotherJob() throws IOException {
        Baseline baseline = baseline(SmallReports.report(BenchMode.PACED, 2.0));
        baseline.requireSameJob(SmallReports.options(BenchMode.PACED, 1));
        BaselineException e = assertThrows(
                BaselineException.class, () -> baseline.requireSameJob(SmallReports.options(BenchMode.THROUGHPUT, 1)));
        assertTrue(e.getMessage().contains("mode=paced, asked for throughput"), e.getMessage());
        e = assertThrows(
                BaselineException.class,
                () -> baseline.requireSameJob(SmallReports.options(BenchMode.PACED, 1, RegionMode.SLICED)));
        assertTrue(e.getMessage().contains("--roi worker, asked for sliced"), e.getMessage());
        BenchOptions other = SmallReports.options(BenchMode.PACED, 1, RegionMode.WORKER, "other");
        e = assertThrows(BaselineException.class, () -> baseline.requireSameJob(other));
        assertTrue(e.getMessage().contains("segmentation=seg, asked for other"), e.getMessage());
    }

    @Test
    void shouldExplainAForeignFileInOneLine() throws IOException {
        Path file = folder.resolve("x.json");
        assertOneLine(file, "no such file");
        Files.writeString(file, "not json");
        assertOneLine(file, "not JSON");
        Files.writeString(file, "[1, 2]");
        assertOneLine(file, "not a bench result");
        Files.writeString(file, "{\"frames\": 2000, \"fps\": 343.0}");
        assertOneLine(file, "not a bench result");
        Files.writeString(file, "{\"bench\": 99, \"fps\": 343.0}");
        assertOneLine(file, "bench=99: expected 1");
        assertOneLine(folder, "cannot be read");
    }

    private static void assertOneLine(Path file, String part) {
        BaselineException e = assertThrows(BaselineException.class, () -> Baseline.read(file));
        assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
        assertTrue(e.getMessage().contains(part), e.getMessage());
        assertEquals(1, e.getMessage().lines().count(), e.getMessage());
    }

    private static Movement of(List<Movement> moved, String figure) {
        return moved.stream()
                .filter(movement -> movement.figure().equals(figure))
                .findFirst()
                .orElseThrow();
    }

    private Baseline baseline(BenchReport report) throws IOException {
        Path file = folder.resolve("old.json");
        Files.write(file, new ObjectMapper().writeValueAsBytes(report.toJson()));
        return Baseline.read(file);
    }
}
