package org.flatgaze.accel.schedule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.flatgaze.accel.cost.AcceleratorProfile;
import org.flatgaze.accel.cost.LayerKind;
import org.flatgaze.accel.cost.LayerShape;
import org.flatgaze.accel.cost.LayerTable;
import org.flatgaze.accel.cost.Presets;
import org.flatgaze.accel.cost.WorkUnits;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is timed is what runs: integer networks executed slot by slot give what they give in one piece. */
final class PlanExecutionTest {

    private static final int PERIOD = 3;
    private static final AcceleratorProfile PROFILE = Presets.byId(Presets.EYECOD_FIT)
            .with("lanes", 32)
            .with("lendBlockLanes", 8)
            .with("macsPerLane", 3)
            .with("weightBytesPerCycle", 0.5);

    @ParameterizedTest
    @EnumSource(PlanKind.class)
    void shouldGiveTheSameIntegersWhenExecutedSlotBySlot(PlanKind kind) {
        for (int seed = 1; seed <= 40; seed++) {
            Random random = new Random(seed);
            IntegerNet gaze = new IntegerNet(random, "gaze");
            IntegerNet segmentation = new IntegerNet(random, "segmentation");
            SchedulePlan plan =
                    new TimeMultiplexer(PROFILE).plan(kind, Spread.ASAP, gaze.table, segmentation.table, PERIOD);

            List<int[]> pictures = new ArrayList<>();
            for (int f = 0; f < PERIOD; f++) {
                pictures.add(gaze.randomInput(random));
            }
            int[] source = segmentation.randomInput(random);
            IntegerNet.Run foreground = gaze.start();
            IntegerNet.Run background = segmentation.start();
            background.begin(source);
            List<int[]> results = new ArrayList<>();
            plan.execute(
                    (layer, from, to) -> {
                        if (layer == 0 && from == 0) {
                            foreground.begin(pictures.get(results.size()));
                        }
                        foreground.run(layer, from, to);
                        if (foreground.isLast(layer, to)) {
                            results.add(foreground.output().clone());
                        }
                    },
                    background);

            assertEquals(PERIOD, results.size());
            for (int f = 0; f < PERIOD; f++) {
                assertArrayEquals(gaze.whole(pictures.get(f)), results.get(f), "seed " + seed + " frame " + f);
            }
            assertArrayEquals(segmentation.whole(source), background.output(), "seed " + seed);
        }
    }

    /** A few 3x3 and 1x1 convolutions on integers, zero padded. */
    private static final class IntegerNet {
        private final LayerTable table;
        private final List<int[]> weights = new ArrayList<>();

        IntegerNet(Random random, String name) {
            List<LayerShape> layers = new ArrayList<>();
            int rows = 3 + random.nextInt(8);
            int columns = 3 + random.nextInt(12);
            int channels = 1 + random.nextInt(4);
            String last = LayerTable.INPUT;
            for (int i = 0; i < 4; i++) {
                int kernel = random.nextBoolean() ? 3 : 1;
                int out = 1 + random.nextInt(20);
                layers.add(new LayerShape(
                        name + i,
                        kernel == 3 ? LayerKind.CONV : LayerKind.POINTWISE,
                        kernel,
                        kernel,
                        1,
                        1,
                        channels,
                        out,
                        rows,
                        columns,
                        rows,
                        columns,
                        false,
                        false,
                        false,
                        List.of(last)));
                weights.add(random.ints((long) out * channels * kernel * kernel, -9, 10)
                        .toArray());
                channels = out;
                last = name + i;
            }
            table = new LayerTable(name, layers);
        }

        int[] randomInput(Random random) {
            return random.ints(table.layers().getFirst().inputBytes(), -9, 10).toArray();
        }

        int[] whole(int[] input) {
            Run run = start();
            run.begin(input);
            for (int i = 0; i < table.layers().size(); i++) {
                run.run(
                        i,
                        0,
                        WorkUnits.of(table.layers().get(i), PROFILE, PROFILE.lanes())
                                .units());
            }
            return run.output();
        }

        Run start() {
            return new Run();
        }

        private final class Run implements UnitRunner {
            private final List<int[]> tensors = new ArrayList<>();

            void begin(int[] input) {
                tensors.clear();
                tensors.add(input);
                table.layers().forEach(layer -> tensors.add(new int[(int) layer.outputBytes()]));
            }

            int[] output() {
                return tensors.getLast();
            }

            boolean isLast(int layer, int toUnit) {
                LayerShape shape = table.layers().get(layer);
                return layer == table.layers().size() - 1
                        && toUnit
                                == WorkUnits.of(shape, PROFILE, PROFILE.lanes()).units();
            }

            @Override
            public void run(int layer, int fromUnit, int toUnit) {
                LayerShape shape = table.layers().get(layer);
                WorkUnits units = WorkUnits.of(shape, PROFILE, PROFILE.lanes());
                for (int unit = fromUnit; unit < toUnit; unit++) {
                    int row = units.row(unit);
                    int first = units.segment(unit) * PROFILE.macsPerLane();
                    int end = Math.min(shape.columnsOut(), first + PROFILE.macsPerLane());
                    for (int column = first; column < end; column++) {
                        pixel(layer, shape, row, column);
                    }
                }
            }

            private void pixel(int layer, LayerShape shape, int row, int column) {
                int[] in = tensors.get(layer);
                int[] out = tensors.get(layer + 1);
                int k = shape.kernelRows();
                for (int o = 0; o < shape.channelsOut(); o++) {
                    int sum = 0;
                    for (int c = 0; c < shape.channelsIn(); c++) {
                        for (int tap = 0; tap < k * k; tap++) {
                            int y = row + tap / k - k / 2;
                            int x = column + tap % k - k / 2;
                            if (y >= 0 && y < shape.rowsIn() && x >= 0 && x < shape.columnsIn()) {
                                sum += in[(c * shape.rowsIn() + y) * shape.columnsIn() + x]
                                        * weights.get(layer)[(o * shape.channelsIn() + c) * k * k + tap];
                            }
                        }
                    }
                    out[(o * shape.rowsOut() + row) * shape.columnsOut() + column] = sum;
                }
            }
        }
    }
}
