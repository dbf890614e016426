package org.flatgaze.accel.cost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

final class CycleModelTest {

    private static final AcceleratorProfile FIT = Presets.byId(Presets.EYECOD_FIT);

    @Test
    void shouldNameTheBindingLimitWhenOneTimeIsLargest() {
        NetworkCost cost = new CycleModel(FIT).cost(PublishedNets.fbnetC100(96, 160));
        assertEquals(BindingLimit.COMPUTE, layer(cost, "b01.pw").limit());
        assertEquals(BindingLimit.ACTIVATION_PORT, layer(cost, "b01.dw").limit());
        assertEquals(BindingLimit.WEIGHT_STREAM, layer(cost, "head").limit());
        assertEquals(BindingLimit.FREE, layer(cost, "b00.add").limit());
        // 1984 x 352 weights at 4 bytes a cycle.
        assertEquals(174_592, layer(cost, "head").cycles());
        // 48 rows x 10 segments x 16 inputs, one cycle each.
        assertEquals(7_680, layer(cost, "b01.pw").cycles());
    }

    @Test
    void shouldHalveThePortTimeWhenBothBanksAreRead() {
        LayerTable net = PublishedNets.fbnetC100(96, 160);
        LayerCost one = layer(new CycleModel(FIT.with("sequentialWriteParallelRead", false)).cost(net), "b01.dw");
        LayerCost two = layer(new CycleModel(FIT).cost(net), "b01.dw");
        assertEquals(one.activationCycles(), 2 * two.activationCycles());
    }

    @Test
    void shouldLimitColumnReuseToTheKernelWhenTheKernelIsSmaller() {
        LayerShape small = depthWise(3);
        LayerShape large = depthWise(5);
        AcceleratorProfile five = FIT.with("depthWiseColumnReuse", 5);
        assertEquals(
                new CycleModel(FIT).cost(small).activationBytes(),
                new CycleModel(five).cost(small).activationBytes());
        long before = new CycleModel(FIT).cost(large).activationBytes();
        assertEquals(before * 3, new CycleModel(five).cost(large).activationBytes() * 5);
    }

    @Test
    void shouldNeverGetSlowerWhenTheArrayGetsMore() {
        LayerTable net = PublishedNets.fbnetC100(96, 160);
        long before = new CycleModel(FIT).cost(net).cycles();
        for (String change : List.of(
                "lanes=256",
                "activationBytesPerCycle=16",
                "weightBytesPerCycle=8",
                "rowGroups=4",
                "depthWiseRowReuse=4",
                "weightsResident=true")) {
            AcceleratorProfile more = ProfileFile.changed(FIT, ProfileFile.parseChanges(change));
            assertTrue(new CycleModel(more).cost(net).cycles() <= before, change);
        }
        AcceleratorProfile slower = FIT.with("overheadCyclesPerLayer", 100);
        assertEquals(before + 66 * 100, new CycleModel(slower).cost(net).cycles(), "66 multiplying layers");
    }

    @Test
    void shouldNeedAtLeastTheMacsOverThePeakWhenAnyLayerIsCosted() {
        for (AcceleratorProfile profile : Presets.all()) {
            for (LayerCost cost :
                    new CycleModel(profile).cost(PublishedNets.ritnet(128, 128)).layers()) {
                assertTrue(
                        cost.cycles() * profile.peakMacsPerCycle()
                                >= cost.layer().macs(),
                        cost.layer().id());
                assertTrue(cost.lanesBusy() <= profile.lanes(), cost.layer().id());
            }
        }
    }

    @Test
    void shouldCutIntoStripesOfWholeRowsWhenATensorIsTooLarge() {
        LayerShape widest = layerShape(PublishedNets.ritnet(128, 128), "u4.conv21");
        FeaturePartition partition = FeaturePartition.of(widest, FIT.bytesPerSide());
        // 96 x 128 x 128 bytes are three buffers to the byte, but 128 rows do not divide by three.
        assertEquals(4, partition.stripes());
        assertEquals(42, partition.rowsPerStripe());
        assertEquals(0, partition.haloRows());
        assertTrue(partition.fits());
        FeaturePartition kernel =
                FeaturePartition.of(layerShape(PublishedNets.ritnet(256, 256), "u4.conv22"), FIT.bytesPerSide());
        assertEquals(2, kernel.haloRows());
        assertTrue(kernel.inputStripeBytes() <= FIT.bytesPerSide());
        assertFalse(FeaturePartition.of(widest, 96 * 128 - 1).fits(), "not even one row");
    }

    @Test
    void shouldKeepTheGazeNetOnTheChipWhenBuffersAreThePublishedOnes() {
        NetworkCost cost = new CycleModel(FIT).cost(PublishedNets.fbnetC100(96, 160));
        assertTrue(cost.layers().stream().allMatch(layer -> layer.spillBytes() == 0));
        assertTrue(cost.layers().stream().allMatch(layer -> layer.partition().stripes() == 1));
    }

    @Test
    void shouldChargeSpillsWhenTheirBandwidthIsGiven() {
        LayerTable net = PublishedNets.ritnet(256, 256);
        NetworkCost free = new CycleModel(FIT).cost(net);
        NetworkCost charged = new CycleModel(FIT.with("spillBytesPerCycle", 4)).cost(net);
        assertTrue(charged.cycles() > free.cycles());
        assertTrue(charged.cyclesByLimit().containsKey(BindingLimit.SPILL));
    }

    @Test
    void shouldCoverEachOutputOnceWhenCutIntoUnits() {
        LayerShape layer = layerShape(PublishedNets.fbnetC100(96, 160), "b04.pw");
        WorkUnits units = WorkUnits.of(layer, FIT, FIT.lanes());
        assertEquals(24 * 5, units.units());
        assertEquals(23, units.row(units.units() - 1));
        assertEquals(4, units.segment(units.units() - 1));
        assertEquals(units.computeCycles(), units.units() * units.cyclesPerUnit());
    }

    @Test
    void shouldPayForThePictureWhenTheReconstructionRunsOnLanes() {
        AcceleratorProfile lanes = FIT.with("reconstruction", "lanes");
        long host = new CycleModel(FIT)
                .cost(FIT.workload().gaze(FIT.reconstruction()))
                .cycles();
        long here = new CycleModel(lanes)
                .cost(lanes.workload().gaze(lanes.reconstruction()))
                .cycles();
        assertTrue(here > host);
    }

    @Test
    void shouldKeepTheTwoEnergiesApartWhenAsked() {
        NetworkCost cost = new CycleModel(FIT).cost(PublishedNets.fbnetC100(96, 160));
        // 335 mW at the published 385.66 frames/s are the published 0.869 mJ.
        assertEquals(0.8686, EnergyModel.powerTimesTime(FIT, FIT.cyclesPerSecond() / 385.66), 1e-3);
        EnergyModel.Counted counted = EnergyModel.counted(cost, EnergyTable.byId("chip-predictor-28nm"));
        assertEquals(116_137_632L * 1e-9, counted.mac(), 1e-9);
        assertEquals(cost.table().weightBytes() * 100e-9, counted.weightStream(), 1e-9);
        EnergyModel.Counted resident = EnergyModel.counted(
                new CycleModel(FIT.with("weightsResident", true)).cost(cost.table()),
                EnergyTable.byId("chip-predictor-28nm"));
        assertEquals(0, resident.weightStream());
        assertEquals(counted.onChip(), resident.onChip(), 1e-12);
    }

    private static LayerShape depthWise(int kernel) {
        return new LayerShape(
                "dw",
                LayerKind.DEPTHWISE,
                kernel,
                kernel,
                1,
                96,
                96,
                96,
                12,
                20,
                12,
                20,
                false,
                true,
                true,
                List.of(LayerTable.INPUT));
    }

    private static LayerShape layerShape(LayerTable table, String id) {
        return table.layers().stream()
                .filter(layer -> layer.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static LayerCost layer(NetworkCost cost, String id) {
        return cost.layers().stream()
                .filter(layer -> layer.layer().id().equals(id))
                .findFirst()
                .orElseThrow();
    }
}
