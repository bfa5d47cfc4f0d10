/** Units a shop sells by, folded; used only where the layout has no unit column. */
export const UNITS = new Set(
  `cai chai lon ly coc kg g gr gram hop goi tui dia noi bat to phan suat set lit l ml m met bo chiec cap doi bich thung cay vi vien qua trai
  con lang hu lo tuyp cuon quyen tap ve luot gio ngay dem phong nguoi pcs pc ea bao xap thanh mieng o khay xuat ram met2 m2 tam cuc binh`.split(
    /\s+/,
  ),
)
