package org.flatgaze.accel.shiftadd.cost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Operation counts, single layers and unit costs that can be re-derived from the publications. */
final class CostModelTest {

    private static RowStationaryMapper mapper(CostRules rules) {
        return new RowStationaryMapper(ArrayProfile.published(), rules, UnitEnergies.published(32));
    }

    private static long taps(List<LayerShape> layers, boolean shift) {
        return layers.stream()
                .filter(layer -> (layer.kind() == LayerKind.SHIFT) == shift)
                .mapToLong(LayerShape::taps)
                .sum();
    }

    /** C1 to C3. */
    @ParameterizedTest
    @CsvSource({
        "2,224,3.747,2.717,1.030",
        "2,256,4.904,3.559,1.345",
        "1,224,6.403,5.373,1.030",
        "1,256,8.432,7.087,1.345"
    })
    void shouldCountThePublishedOperationsWhenEncodingIsV4(
            int stride, int size, double all, double multiplications, double shifts) {
        List<LayerShape> layers = HybridNetwork.layers(HybridEncoding.parse("v4"), stride, size);
        assertEquals(multiplications, taps(layers, false) * 1e-9, 5e-4);
        assertEquals(shifts, taps(layers, true) * 1e-9, 5e-4);
        assertEquals(all, layers.stream().mapToLong(LayerShape::taps).sum() * 1e-9, 1e-3);
        assertEquals(29.85, HybridNetwork.parameters(layers) * 1e-6, 5e-3);
    }

    @Test
    void shouldHaveThePublishedLayersWhenEncodingIsV4() {
        List<LayerShape> layers = HybridNetwork.layers(HybridEncoding.parse("v4"), 2, 224);
        int[] expected = {74, 17, 0, 2, 10};
        for (LayerKind kind : LayerKind.values()) {
            assertEquals(
                    expected[kind.ordinal()],
                    layers.stream().filter(l -> l.kind() == kind).count(),
                    kind.fileStem());
        }
        long adders = HybridNetwork.layers(HybridEncoding.parse("v3"), 2, 224).stream()
                .filter(l -> l.kind() == LayerKind.ADD)
                .count();
        assertEquals(8, adders); // two adder blocks of four layers, no projection in the shortcut
    }

    /** C5. */
    @Test
    void shouldCountDenseOperationsWhenGroupsAreIgnored() {
        double[] dense = new double[LayerKind.values().length];
        for (LayerShape layer : HybridNetwork.layers(HybridEncoding.parse("v4"), 2, 224)) {
            dense[layer.kind().ordinal()] += layer.denseTaps() * 1e-9;
        }
        assertEquals(4.0626, dense[LayerKind.CONV.ordinal()], 5e-5);
        assertEquals(1.4900, dense[LayerKind.SHIFT.ordinal()], 5e-5);
        assertEquals(0.0295, dense[LayerKind.MATMUL.ordinal()], 5e-5);
        assertEquals(0.0041, dense[LayerKind.LINEAR.ordinal()], 5e-5);
    }

    /** C6, C7 and C8. */
    @Test
    void shouldGiveThePublishedCostWhenASingleLayerIsMapped() {
        RowStationaryMapper paper = mapper(CostRules.paper());
        LayerCost wide = paper.map(LayerShape.convolution(LayerKind.CONV, "c6", 64, 256, 56, 1, 1, 1));
        assertEquals(2.4731549696, wide.energyMj(), 1e-9);
        assertEquals(1.605632e-3, wide.latencySeconds(), 1e-12);
        LayerCost adder = paper.map(LayerShape.convolution(LayerKind.ADD, "c7", 1024, 256, 14, 1, 1, 1));
        assertEquals(1.1876257792, adder.energyMj(), 1e-9);
        assertEquals(1.605632e-3, adder.latencySeconds(), 1e-12);
        LayerCost linear = paper.map(LayerShape.product(LayerKind.LINEAR, "c8", 1, 2048, 1000));
        assertEquals(0.928905864, linear.energyMj(), 1e-12);
        assertEquals(5.12e-5, linear.latencySeconds(), 1e-12);
    }

    /** C9. */
    @Test
    void shouldSumToThePublishedTotalsWhenAllLayersAreMapped() {
        CostTable table =
                new CostTable(mapper(CostRules.paper()).map(HybridNetwork.layers(HybridEncoding.parse("v4"), 2, 224)));
        assertEquals(196.322, table.energyMj(LayerKind.CONV), 5e-4);
        assertEquals(160.31, table.latencySeconds(LayerKind.CONV) * 1e3, 5e-3);
        assertEquals(20.177, table.energyMj(LayerKind.SHIFT), 5e-4);
        assertEquals(19.35, table.latencySeconds(LayerKind.SHIFT) * 1e3, 5e-3);
        assertEquals(1.452, table.energyMj(LayerKind.MATMUL), 5e-4);
        assertEquals(1.858, table.energyMj(LayerKind.LINEAR), 5e-4);
        assertEquals(219.81, table.energyMj(), 5e-3);
        assertEquals(181.06, table.latencySeconds() * 1e3, 5e-3);
    }

    @Test
    void shouldGiveOtherNumbersWhenTheArrayIsTheOneOfTheShippedProgram() {
        List<LayerShape> layers = HybridNetwork.layers(HybridEncoding.parse("v4"), 2, 224);
        RowStationaryMapper larger =
                new RowStationaryMapper(ArrayProfile.withElements(192), CostRules.paper(), UnitEnergies.published(32));
        assertTrue(Math.abs(new CostTable(larger.map(layers)).energyMj() - 219.81) > 0.1);
    }

    @Test
    void shouldMendEachFlawAloneWhenItsRuleIsSwitchedOff() {
        LayerShape depthwise = LayerShape.convolution(LayerKind.CONV, "d", 64, 64, 56, 3, 1, 64);
        LayerShape conv = LayerShape.convolution(LayerKind.CONV, "c", 64, 64, 28, 1, 1, 1);
        LayerShape adder = LayerShape.convolution(LayerKind.ADD, "a", 64, 64, 28, 1, 1, 1);
        LayerShape shift = LayerShape.convolution(LayerKind.SHIFT, "s", 64, 64, 28, 1, 1, 1);
        RowStationaryMapper paper = mapper(CostRules.paper());

        RowStationaryMapper grouped = mapper(new CostRules(false, true, true, true));
        assertEquals(
                64,
                paper.map(depthwise).computationMj() / grouped.map(depthwise).computationMj(),
                1e-9);
        assertTrue(
                grouped.map(depthwise).latencySeconds() < paper.map(depthwise).latencySeconds());
        assertEquals(paper.map(conv).energyMj(), grouped.map(conv).energyMj());

        RowStationaryMapper payingAdders = mapper(new CostRules(true, false, true, true));
        assertEquals(0, paper.map(adder).dramMj());
        assertTrue(payingAdders.map(adder).dramMj() > 0);
        assertEquals(
                2, payingAdders.map(adder).computationMj() / paper.map(adder).computationMj(), 1e-9);
        assertEquals(paper.map(conv).energyMj(), payingAdders.map(conv).energyMj());

        RowStationaryMapper summing = mapper(new CostRules(true, true, false, true));
        assertEquals(
                4.6 / 3.7, summing.map(conv).computationMj() / paper.map(conv).computationMj(), 1e-9);
        assertEquals(
                1.03 / 0.13,
                summing.map(shift).computationMj() / paper.map(shift).computationMj(),
                1e-9);

        RowStationaryMapper wide = mapper(new CostRules(true, true, true, false));
        assertEquals(3.2, wide.map(shift).latencySeconds() / paper.map(shift).latencySeconds(), 1e-9);
        assertTrue(wide.map(shift).energyMj() > paper.map(shift).energyMj());
    }

    @Test
    void shouldSaySoWhenNothingFits() {
        InfeasibleMappingException kernel = assertThrows(
                InfeasibleMappingException.class,
                () -> mapper(CostRules.paper())
                        .map(LayerShape.convolution(LayerKind.CONV, "wide window", 4, 4, 64, 13, 1, 1)));
        assertTrue(kernel.getMessage().contains("layer wide window"), kernel.getMessage());
        assertTrue(kernel.getMessage().contains("inputRegisterWords=12"), kernel.getMessage());
        InfeasibleMappingException elements = assertThrows(
                InfeasibleMappingException.class,
                () -> new RowStationaryMapper(
                                ArrayProfile.withElements(3), CostRules.paper(), UnitEnergies.published(32))
                        .map(LayerShape.convolution(LayerKind.CONV, "c", 4, 4, 8, 3, 1, 1)));
        assertTrue(elements.getMessage().contains("pes=3"), elements.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "v5",
                "",
                "[1][1][1]",
                "[1][1][1][]",
                "[1][1][1][4]",
                "[1][1][1][1",
                "[1][1][1][1,]",
                "[1][1][1][11]",
                "[1][1][2,1][1]"
            })
    void shouldRefuseWhenAnEncodingIsMalformed(String text) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> HybridEncoding.parse(text));
        assertTrue(e.getMessage().contains("expected"), e.getMessage());
    }

    /** R5 and R6. */
    @Test
    void shouldGiveThePublishedUnitCostsWhenTablesAreNamed() {
        UnitEnergies asic32 = UnitEnergies.named("45nm-int32");
        UnitEnergies asic8 = UnitEnergies.named("45nm-int8");
        UnitEnergies fpga32 = UnitEnergies.named("zc706-int32");
        UnitEnergies fpga8 = UnitEnergies.named("zc706-int8");
        assertEquals(3.2, asic32.multiplyAccumulatePj(), 1e-12);
        assertEquals(0.43, pair(asic32), 1e-12);
        assertEquals(0.23, asic8.multiplyAccumulatePj(), 1e-12);
        assertEquals(0.114, pair(asic8), 1e-12);
        assertEquals(0.40, pair(fpga32), 1e-12);
        assertEquals(0.325, pair(fpga8), 1e-12);
        assertEquals(-86.6, change(asic32, pair(asic32)), 0.05);
        assertEquals(-50.4, change(asic8, pair(asic8)), 0.05);
        assertEquals(-98.0, change(fpga32, pair(fpga32)), 0.05);
        assertEquals(8.3, change(fpga8, pair(fpga8)), 0.05); // on this FPGA shift+add costs more
        assertEquals(-76.5, change(asic8, asic8.shiftAccumulatePj()), 0.05);
        assertEquals(-73.9, change(asic8, asic8.differenceAccumulatePj()), 0.05);
        assertEquals(-92.8, change(asic32, asic32.shiftAccumulatePj()), 0.05);
        assertEquals(-93.8, change(asic32, asic32.differenceAccumulatePj()), 0.06);
        assertEquals(-87, change(asic8, asic8.addPj()), 0.5); // R7
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> UnitEnergies.named("65nm"));
        assertTrue(e.getMessage().contains("45nm-int8"), e.getMessage());
    }

    /** R4: the headline from the rounded table. */
    @Test
    void shouldGiveTheHeadlineWhenDividingTheRoundedRows() {
        assertEquals(69.1, 100 * (1 - 66.0 / 214), 0.1);
        assertEquals(69.2, 100 * (1 - 40.0 / 130), 0.05);
    }

    /** R8: the speed-ups of the eye-tracking accelerator multiply. */
    @Test
    void shouldMultiplyToThePublishedRateWhenSpeedUpsAreChained() {
        double fps = 96.34;
        double[] expected = {191.94, 233.64, 299.04, 385.66};
        double[] factors = {1.99, 1.22, 1.28, 1.29};
        for (int i = 0; i < factors.length; i++) {
            fps *= factors[i];
            assertEquals(expected[i], fps, 0.006 * expected[i]); // the factors are rounded to two decimals
            fps = expected[i];
        }
        assertEquals(4.00, 385.66 / 96.34, 0.005);
    }

    /** R1. */
    @Test
    void shouldCountThePublishedOperationsWhenTheNetworkIsResNet50() {
        List<LayerShape> layers = ResNet50.layers();
        double all = layers.stream().mapToLong(LayerShape::taps).sum() * 1e-9;
        double kept = (layers.getFirst().taps() + layers.getLast().taps()) * 1e-9;
        assertEquals(3.858, all, 5e-4);
        assertEquals(0.120, kept, 5e-4); // first convolution and classifier multiply in AdderNet
        assertEquals(3.738, all - kept, 5e-4);
        assertEquals(7.596, 2 * (all - kept) + kept, 1e-3);
    }

    private static double pair(UnitEnergies table) {
        return table.shiftAccumulatePj() + table.differenceAccumulatePj();
    }

    private static double change(UnitEnergies table, double pj) {
        return 100 * (pj / table.multiplyAccumulatePj() - 1);
    }
}
