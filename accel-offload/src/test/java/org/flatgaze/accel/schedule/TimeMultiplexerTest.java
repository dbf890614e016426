package org.flatgaze.accel.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.flatgaze.accel.cost.AcceleratorProfile;
import org.flatgaze.accel.cost.CycleModel;
import org.flatgaze.accel.cost.LayerKind;
import org.flatgaze.accel.cost.LayerShape;
import org.flatgaze.accel.cost.LayerTable;
import org.flatgaze.accel.cost.Presets;
import org.flatgaze.accel.cost.ProfileFile;
import org.flatgaze.accel.cost.PublishedNets;
import org.flatgaze.accel.cost.WorkUnits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TimeMultiplexerTest {

    private static final AcceleratorProfile FIT = Presets.byId(Presets.EYECOD_FIT);

    @ParameterizedTest
    @ValueSource(strings = {Presets.EYECOD_FIT, Presets.I_FLATCAM})
    void shouldBeFastestWhenPartial(String preset) {
        TimeMultiplexer multiplexer = new TimeMultiplexer(Presets.byId(preset));
        double turns = multiplexer
                .plan(PlanKind.TIME_MULTIPLEXED, Spread.EVEN)
                .account()
                .averageFps();
        double split =
                multiplexer.plan(PlanKind.CONCURRENT, Spread.EVEN).account().averageFps();
        double partial =
                multiplexer.plan(PlanKind.PARTIAL, Spread.EVEN).account().averageFps();
        assertTrue(partial >= split, partial + " " + split);
        assertTrue(partial >= turns, partial + " " + turns);
    }

    @Test
    void shouldHideAllSegmentationWhenTheGazeNetWaitsForWeights() {
        SchedulePlan plan = new TimeMultiplexer(FIT).plan(PlanKind.PARTIAL, Spread.EVEN);
        long gaze = new CycleModel(FIT).cost(plan.foreground()).cycles();
        for (PlannedFrame frame : plan.frames()) {
            assertEquals(gaze, frame.cycles(), "no foreground frame gets longer");
        }
        assertEquals(0, plan.account(240).missedPerPeriod());
    }

    @Test
    void shouldLoseArrivalsWhenTheWholeSegmentationIsInOneFrame() {
        PlanAccount account = new TimeMultiplexer(FIT)
                .plan(PlanKind.TIME_MULTIPLEXED, Spread.EVEN)
                .account(240);
        assertEquals(11, account.missedPerPeriod());
        assertEquals(0, account.resultFrame());
        assertEquals(49, account.resultAgeFrames());
        assertTrue(account.worstFrameFps() < 22);
    }

    @Test
    void shouldFinishEarlierWhenSpreadAsap() {
        TimeMultiplexer multiplexer = new TimeMultiplexer(FIT);
        PlanAccount even = multiplexer.plan(PlanKind.PARTIAL, Spread.EVEN).account();
        PlanAccount asap = multiplexer.plan(PlanKind.PARTIAL, Spread.ASAP).account();
        assertEquals(49, even.resultFrame());
        assertEquals(99, even.resultAgeFrames(), "in use until the next one, 50 frames later, replaces it");
        assertTrue(asap.resultFrame() < 25);
        assertEquals(even.averageCycles(), asap.averageCycles());
    }

    @Test
    void shouldShareTheWorkEquallyWhenSpreadEven() {
        SchedulePlan plan = new TimeMultiplexer(FIT).plan(PlanKind.PARTIAL, Spread.EVEN);
        long least = Long.MAX_VALUE;
        long most = 0;
        for (PlannedFrame frame : plan.frames()) {
            long busy = frame.slots().stream()
                    .filter(slot -> slot.role() == Role.BACKGROUND)
                    .mapToLong(Slot::busyCycles)
                    .sum();
            least = Math.min(least, busy);
            most = Math.max(most, busy);
        }
        assertTrue(most - least < most / 20, least + ".." + most);
    }

    @Test
    void shouldBeAValueWhenPlannedTwice() {
        SchedulePlan once = new TimeMultiplexer(FIT).plan(PlanKind.PARTIAL, Spread.EVEN);
        SchedulePlan again = new TimeMultiplexer(FIT).plan(PlanKind.PARTIAL, Spread.EVEN);
        assertEquals(once, again);
        assertEquals(once.toText(), again.toText());
        assertEquals(List.of(), once.diff(again));
        SchedulePlan asap = new TimeMultiplexer(FIT).plan(PlanKind.PARTIAL, Spread.ASAP);
        assertNotEquals(once, asap);
        assertTrue(once.diff(asap).size() > 10);
    }

    @ParameterizedTest
    @EnumSource(PlanKind.class)
    void shouldComputeEveryOutputExactlyOnceWhenArraysAndNetsAreRandom(PlanKind kind) {
        for (int seed = 1; seed <= 120; seed++) {
            Random random = new Random(seed);
            AcceleratorProfile profile = randomProfile(random);
            LayerTable foreground = randomNet(random, "fg");
            LayerTable background = randomNet(random, "bg");
            int period = 1 + random.nextInt(6);
            Spread spread = random.nextBoolean() ? Spread.EVEN : Spread.ASAP;
            SchedulePlan plan = new TimeMultiplexer(profile).plan(kind, spread, foreground, background, period);
            assertEquals(period, plan.frames().size());
            assertEachUnitOnce(plan, seed);
            long alone = new CycleModel(profile).cost(foreground).cycles();
            for (PlannedFrame frame : plan.frames()) {
                assertTrue(frame.cycles() >= alone, "seed " + seed);
                assertLanesNeverExceed(plan, frame, seed);
            }
        }
    }

    @Test
    void shouldNeverBeSlowerThanTakingTurnsWhenPartial() {
        for (int seed = 1; seed <= 120; seed++) {
            Random random = new Random(seed);
            TimeMultiplexer multiplexer = new TimeMultiplexer(randomProfile(random));
            LayerTable foreground = randomNet(random, "fg");
            LayerTable background = randomNet(random, "bg");
            int period = 1 + random.nextInt(6);
            long turns = multiplexer
                    .plan(PlanKind.TIME_MULTIPLEXED, Spread.EVEN, foreground, background, period)
                    .cycles();
            for (Spread spread : Spread.values()) {
                long partial = multiplexer
                        .plan(PlanKind.PARTIAL, spread, foreground, background, period)
                        .cycles();
                assertTrue(partial <= turns, "seed " + seed + ": " + partial + " > " + turns);
            }
        }
    }

    @Test
    void shouldSayWhyWhenTheArrayCannotBeSplit() {
        AcceleratorProfile whole = FIT.with("lendBlockLanes", 128);
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class,
                () -> new TimeMultiplexer(whole).plan(PlanKind.CONCURRENT, Spread.EVEN));
        assertTrue(e.getMessage().contains("lendBlockLanes=128"), e.getMessage());
    }

    @Test
    void shouldRefuseToVerifyWhenASlotIsMissing() {
        LayerTable net = PublishedNets.ritnet(16, 16);
        SchedulePlan plan = new TimeMultiplexer(FIT).plan(PlanKind.TIME_MULTIPLEXED, Spread.EVEN, net, net, 1);
        PlannedFrame frame = plan.frames().getFirst();
        List<Slot> slots = new ArrayList<>(frame.slots());
        slots.remove(5);
        SchedulePlan broken = new SchedulePlan(
                plan.kind(), plan.spread(), FIT, net, net, List.of(new PlannedFrame(0, frame.cycles(), slots)));
        assertThrows(IllegalStateException.class, broken::verify);
    }

    private static void assertEachUnitOnce(SchedulePlan plan, int seed) {
        Map<Integer, int[]> background = new HashMap<>();
        for (PlannedFrame frame : plan.frames()) {
            Map<Integer, int[]> foreground = new HashMap<>();
            for (Slot slot : frame.slots()) {
                LayerShape layer = plan.table(slot.role()).layers().get(slot.layer());
                int units = WorkUnits.of(layer, plan.profile(), plan.profile().lanes())
                        .units();
                int[] seen = (slot.role() == Role.FOREGROUND ? foreground : background)
                        .computeIfAbsent(slot.layer(), key -> new int[units]);
                for (int unit = slot.fromUnit(); unit < slot.toUnit(); unit++) {
                    seen[unit]++;
                }
            }
            assertAllOnes(foreground, plan.foreground(), seed);
        }
        assertAllOnes(background, plan.background(), seed);
    }

    private static void assertAllOnes(Map<Integer, int[]> seen, LayerTable table, int seed) {
        assertEquals(table.layers().size(), seen.size(), "seed " + seed);
        seen.values().forEach(counts -> {
            for (int count : counts) {
                assertEquals(1, count, "seed " + seed);
            }
        });
    }

    /** Independent of {@link SchedulePlan#verify}: counts the lanes that work at every start of work. */
    private static void assertLanesNeverExceed(SchedulePlan plan, PlannedFrame frame, int seed) {
        for (Slot at : frame.slots()) {
            long cycle = at.busyFrom();
            int lanes = frame.slots().stream()
                    .filter(slot -> slot.busyFrom() <= cycle && cycle < slot.endCycle())
                    .mapToInt(Slot::lanes)
                    .sum();
            assertTrue(lanes <= plan.profile().lanes(), "seed " + seed + ": " + lanes);
        }
    }

    private static AcceleratorProfile randomProfile(Random random) {
        int lanes = 8 << random.nextInt(5);
        return ProfileFile.changed(
                FIT,
                Map.ofEntries(
                        Map.entry("lanes", lanes),
                        Map.entry("lendBlockLanes", Math.max(1, lanes >> (1 + random.nextInt(3)))),
                        Map.entry("macsPerLane", 1 + random.nextInt(12)),
                        Map.entry("activationBytesPerCycle", 1 + 30 * random.nextDouble()),
                        Map.entry("weightBytesPerCycle", 0.5 + 10 * random.nextDouble()),
                        Map.entry("weightsResident", random.nextInt(4) == 0),
                        Map.entry("weightStagingBytes", random.nextInt(3) * 4096),
                        Map.entry("rowGroups", 1 + random.nextInt(3)),
                        Map.entry("activationBufferBytes", 512 + random.nextInt(65536)),
                        Map.entry("overheadCyclesPerLayer", random.nextInt(50)),
                        Map.entry("spillBytesPerCycle", random.nextInt(3))));
    }

    private static LayerTable randomNet(Random random, String name) {
        List<LayerShape> layers = new ArrayList<>();
        int channels = 1 + random.nextInt(24);
        int rows = 1 + random.nextInt(20);
        int columns = 1 + random.nextInt(30);
        String last = LayerTable.INPUT;
        int count = 1 + random.nextInt(8);
        for (int i = 0; i < count; i++) {
            LayerKind kind = List.of(LayerKind.CONV, LayerKind.POINTWISE, LayerKind.DEPTHWISE, LayerKind.ADD)
                    .get(random.nextInt(4));
            boolean plain = kind == LayerKind.POINTWISE || kind == LayerKind.ADD;
            int kernel = plain ? 1 : 3 + 2 * random.nextInt(2);
            int stride = plain ? 1 : 1 + random.nextInt(2);
            int out = kind == LayerKind.ADD || kind == LayerKind.DEPTHWISE ? channels : 1 + random.nextInt(80);
            int rowsOut = Math.ceilDiv(rows, stride);
            int columnsOut = Math.ceilDiv(columns, stride);
            layers.add(new LayerShape(
                    name + i,
                    kind,
                    kernel,
                    kernel,
                    stride,
                    kind == LayerKind.DEPTHWISE ? channels : 1,
                    channels,
                    out,
                    rows,
                    columns,
                    rowsOut,
                    columnsOut,
                    false,
                    false,
                    false,
                    List.of(last)));
            last = name + i;
            channels = out;
            rows = rowsOut;
            columns = columnsOut;
        }
        return new LayerTable(name, layers);
    }
}
