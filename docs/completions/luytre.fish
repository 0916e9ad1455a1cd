# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_luytre_global_optspecs
    string join \n dir= lang= as= q/quiet v/verbose h/help V/version
end

function __fish_luytre_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_luytre_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_luytre_using_subcommand
    set -l cmd (__fish_luytre_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c luytre -n "__fish_luytre_needs_command" -l dir -d 'Thư mục làm việc / workspace [default: $LUYTRE_DIR, or the nearest folder with luytre.toml]' -r -F
complete -c luytre -n "__fish_luytre_needs_command" -l lang -d 'Ngôn ngữ / language' -r -f -a "vi\t'Tiếng Việt'
en\t'English'"
complete -c luytre -n "__fish_luytre_needs_command" -l as -d 'Người thực hiện, ghi vào nhật ký / who acts, for the audit log [default: the system user]' -r
complete -c luytre -n "__fish_luytre_needs_command" -s q -l quiet -d 'Chỉ in lỗi / say nothing but errors'
complete -c luytre -n "__fish_luytre_needs_command" -s v -l verbose -d 'Nói nhiều hơn / say more (-vv, -vvv)'
complete -c luytre -n "__fish_luytre_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c luytre -n "__fish_luytre_needs_command" -s V -l version -d 'Print version'
complete -c luytre -n "__fish_luytre_needs_command" -f -a "demo" -d 'Dựng các máy chủ có lỗi trên máy này, quét thật và lập báo cáo / a lab of faulty servers, a real scan'
complete -c luytre -n "__fish_luytre_needs_command" -f -a "init" -d 'Tạo thư mục làm việc / make a workspace'
complete -c luytre -n "__fish_luytre_needs_command" -f -a "inventory" -d 'Danh mục hệ thống: kiểm tra, nạp, xuất, chất lượng, cấp độ / the inventory'
complete -c luytre -n "__fish_luytre_needs_command" -f -a "authority" -d 'Căn cứ quét: soạn, ghi nhận, liệt kê, thu hồi / authorisations'
complete -c luytre -n "__fish_luytre_needs_command" -f -a "scan" -d 'Quét những gì căn cứ cho phép lúc này / scan what the authorisations permit now'
complete -c luytre -n "__fish_luytre_needs_command" -f -a "probe" -d 'Đo một lần một mục tiêu, không lưu phát hiện / measure once, store no finding'
complete -c luytre -n "__fish_luytre_needs_command" -f -a "certificate" -d 'Xem xét chứng thư số trong tệp, không cần mạng / judge certificates in files, offline'
complete -c luytre -n "__fish_luytre_needs_command" -f -a "identify" -d 'Nhận diện phần mềm qua lời chào, không cần mạng / name software by its banners, offline'
complete -c luytre -n "__fish_luytre_needs_command" -f -a "stop" -d 'Dừng mọi gói tin trong vòng một giây / kill switch: traffic ends within a second'
complete -c luytre -n "__fish_luytre_needs_command" -f -a "findings" -d 'Các phát hiện: liệt kê, xem, xác nhận, chấp nhận rủi ro / the findings desk'
complete -c luytre -n "__fish_luytre_needs_command" -f -a "candidates" -d 'Điểm truy cập chưa khai báo: liệt kê, nhập từ tệp, đưa vào danh mục / discovered endpoints'
complete -c luytre -n "__fish_luytre_needs_command" -f -a "changes" -d 'Thay đổi giữa hai lượt quét / what moved between two scans'
complete -c luytre -n "__fish_luytre_needs_command" -f -a "report" -d 'Tài liệu từ số liệu đã chốt / documents from a frozen snapshot'
complete -c luytre -n "__fish_luytre_needs_command" -f -a "serve" -d 'Số liệu cho Prometheus: /metrics và /healthz / the listener for Prometheus'
complete -c luytre -n "__fish_luytre_needs_command" -f -a "policy" -d 'Bộ quy định đang áp dụng / the policy packs in force'
complete -c luytre -n "__fish_luytre_needs_command" -f -a "audit" -d 'Ai đã làm gì, chạm tới đâu, theo căn cứ nào / who did what, and on what ground'
complete -c luytre -n "__fish_luytre_needs_command" -f -a "generate" -d 'Write man pages and shell completions'
complete -c luytre -n "__fish_luytre_using_subcommand demo" -l dir -d 'Thư mục làm việc / workspace [default: $LUYTRE_DIR, or the nearest folder with luytre.toml]' -r -F
complete -c luytre -n "__fish_luytre_using_subcommand demo" -l lang -d 'Ngôn ngữ / language' -r -f -a "vi\t'Tiếng Việt'
en\t'English'"
complete -c luytre -n "__fish_luytre_using_subcommand demo" -l as -d 'Người thực hiện, ghi vào nhật ký / who acts, for the audit log [default: the system user]' -r
complete -c luytre -n "__fish_luytre_using_subcommand demo" -l serve -d 'Giữ các máy chủ mẫu và mở /metrics cho đến khi bấm Ctrl-C / keep the lab and /metrics until Ctrl-C'
complete -c luytre -n "__fish_luytre_using_subcommand demo" -s q -l quiet -d 'Chỉ in lỗi / say nothing but errors'
complete -c luytre -n "__fish_luytre_using_subcommand demo" -s v -l verbose -d 'Nói nhiều hơn / say more (-vv, -vvv)'
complete -c luytre -n "__fish_luytre_using_subcommand demo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c luytre -n "__fish_luytre_using_subcommand init" -l lang -d 'Ngôn ngữ / language' -r -f -a "vi\t'Tiếng Việt'
en\t'English'"
complete -c luytre -n "__fish_luytre_using_subcommand init" -l as -d 'Người thực hiện, ghi vào nhật ký / who acts, for the audit log [default: the system user]' -r
complete -c luytre -n "__fish_luytre_using_subcommand init" -s q -l quiet -d 'Chỉ in lỗi / say nothing but errors'
complete -c luytre -n "__fish_luytre_using_subcommand init" -s v -l verbose -d 'Nói nhiều hơn / say more (-vv, -vvv)'
complete -c luytre -n "__fish_luytre_using_subcommand init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and not __fish_seen_subcommand_from check import export template quality level" -l dir -d 'Thư mục làm việc / workspace [default: $LUYTRE_DIR, or the nearest folder with luytre.toml]' -r -F
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and not __fish_seen_subcommand_from check import export template quality level" -l lang -d 'Ngôn ngữ / language' -r -f -a "vi\t'Tiếng Việt'
en\t'English'"
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and not __fish_seen_subcommand_from check import export template quality level" -l as -d 'Người thực hiện, ghi vào nhật ký / who acts, for the audit log [default: the system user]' -r
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and not __fish_seen_subcommand_from check import export template quality level" -s q -l quiet -d 'Chỉ in lỗi / say nothing but errors'
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and not __fish_seen_subcommand_from check import export template quality level" -s v -l verbose -d 'Nói nhiều hơn / say more (-vv, -vvv)'
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and not __fish_seen_subcommand_from check import export template quality level" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and not __fish_seen_subcommand_from check import export template quality level" -f -a "check" -d 'Đọc thử một tệp, không nạp; bỏ trống FILE thì kiểm tra danh mục đang có / read a file without loading it'
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and not __fish_seen_subcommand_from check import export template quality level" -f -a "import" -d 'Nạp tệp TOML, CSV, XLSX hoặc Mẫu số 08 thành một phiên bản mới / load a file as a new version'
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and not __fish_seen_subcommand_from check import export template quality level" -f -a "export" -d 'Xuất TOML, CSV, XLSX hoặc Mẫu số 08 / write it out'
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and not __fish_seen_subcommand_from check import export template quality level" -f -a "template" -d 'Mẫu danh mục để gửi đơn vị điền / an empty sheet to fill in'
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and not __fish_seen_subcommand_from check import export template quality level" -f -a "quality" -d 'Chất lượng dữ liệu theo sáu chữ và phần thiếu thông tin / data quality and gaps'
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and not __fish_seen_subcommand_from check import export template quality level" -f -a "level" -d 'Cấp độ đề xuất, kèm lý do và điều khoản / proposed level with reasons and articles'
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and __fish_seen_subcommand_from check" -l json -d 'JSON ra tệp hoặc - / JSON to a file or -' -r
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and __fish_seen_subcommand_from check" -l dir -d 'Thư mục làm việc / workspace [default: $LUYTRE_DIR, or the nearest folder with luytre.toml]' -r -F
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and __fish_seen_subcommand_from check" -l lang -d 'Ngôn ngữ / language' -r -f -a "vi\t'Tiếng Việt'
en\t'English'"
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and __fish_seen_subcommand_from check" -l as -d 'Người thực hiện, ghi vào nhật ký / who acts, for the audit log [default: the system user]' -r
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and __fish_seen_subcommand_from check" -s q -l quiet -d 'Chỉ in lỗi / say nothing but errors'
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and __fish_seen_subcommand_from check" -s v -l verbose -d 'Nói nhiều hơn / say more (-vv, -vvv)'
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and __fish_seen_subcommand_from import" -l json -d 'JSON ra tệp hoặc - / JSON to a file or -' -r
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and __fish_seen_subcommand_from import" -l dir -d 'Thư mục làm việc / workspace [default: $LUYTRE_DIR, or the nearest folder with luytre.toml]' -r -F
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and __fish_seen_subcommand_from import" -l lang -d 'Ngôn ngữ / language' -r -f -a "vi\t'Tiếng Việt'
en\t'English'"
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and __fish_seen_subcommand_from import" -l as -d 'Người thực hiện, ghi vào nhật ký / who acts, for the audit log [default: the system user]' -r
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and __fish_seen_subcommand_from import" -l dry-run -d 'Chỉ in khác biệt, không ghi / show the differences, write nothing'
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and __fish_seen_subcommand_from import" -l clear-blanks -d 'Ô trống trong tệp xóa giá trị cũ (dùng cho bản xuất đã sửa) / blank cells clear old values'
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and __fish_seen_subcommand_from import" -s q -l quiet -d 'Chỉ in lỗi / say nothing but errors'
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and __fish_seen_subcommand_from import" -s v -l verbose -d 'Nói nhiều hơn / say more (-vv, -vvv)'
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and __fish_seen_subcommand_from export" -l out -d 'Tệp ghi ra; đuôi .toml, .csv hoặc .xlsx chọn định dạng / file; its ending chooses the format' -r -F
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and __fish_seen_subcommand_from export" -l dir -d 'Thư mục làm việc / workspace [default: $LUYTRE_DIR, or the nearest folder with luytre.toml]' -r -F
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and __fish_seen_subcommand_from export" -l lang -d 'Ngôn ngữ / language' -r -f -a "vi\t'Tiếng Việt'
en\t'English'"
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and __fish_seen_subcommand_from export" -l as -d 'Người thực hiện, ghi vào nhật ký / who acts, for the audit log [default: the system user]' -r
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and __fish_seen_subcommand_from export" -l form08 -d 'Mười hai cột của Mẫu số 08 / the twelve columns of Mẫu số 08'
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and __fish_seen_subcommand_from export" -s q -l quiet -d 'Chỉ in lỗi / say nothing but errors'
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and __fish_seen_subcommand_from export" -s v -l verbose -d 'Nói nhiều hơn / say more (-vv, -vvv)'
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and __fish_seen_subcommand_from template" -l out -d 'Tệp ghi ra / file to write' -r -F
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and __fish_seen_subcommand_from template" -l dir -d 'Thư mục làm việc / workspace [default: $LUYTRE_DIR, or the nearest folder with luytre.toml]' -r -F
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and __fish_seen_subcommand_from template" -l lang -d 'Ngôn ngữ / language' -r -f -a "vi\t'Tiếng Việt'
en\t'English'"
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and __fish_seen_subcommand_from template" -l as -d 'Người thực hiện, ghi vào nhật ký / who acts, for the audit log [default: the system user]' -r
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and __fish_seen_subcommand_from template" -s q -l quiet -d 'Chỉ in lỗi / say nothing but errors'
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and __fish_seen_subcommand_from template" -s v -l verbose -d 'Nói nhiều hơn / say more (-vv, -vvv)'
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and __fish_seen_subcommand_from template" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and __fish_seen_subcommand_from quality" -l as-of -d 'Tính đến ngày / as of [default: today]' -r
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and __fish_seen_subcommand_from quality" -l system -d 'Chỉ một hệ thống, kèm từng lỗi / one system with each fault' -r
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and __fish_seen_subcommand_from quality" -l json -d 'JSON ra tệp hoặc - / JSON to a file or -' -r
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and __fish_seen_subcommand_from quality" -l dir -d 'Thư mục làm việc / workspace [default: $LUYTRE_DIR, or the nearest folder with luytre.toml]' -r -F
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and __fish_seen_subcommand_from quality" -l lang -d 'Ngôn ngữ / language' -r -f -a "vi\t'Tiếng Việt'
en\t'English'"
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and __fish_seen_subcommand_from quality" -l as -d 'Người thực hiện, ghi vào nhật ký / who acts, for the audit log [default: the system user]' -r
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and __fish_seen_subcommand_from quality" -s q -l quiet -d 'Chỉ in lỗi / say nothing but errors'
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and __fish_seen_subcommand_from quality" -s v -l verbose -d 'Nói nhiều hơn / say more (-vv, -vvv)'
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and __fish_seen_subcommand_from quality" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and __fish_seen_subcommand_from level" -l system -d 'Hệ thống / systems [default: all with a profile]' -r
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and __fish_seen_subcommand_from level" -l pack -d 'Theo nghị định / by which decree [default: the one in force]' -r -f -a "nd85\t'Nghị định 85/2016/NĐ-CP'
nd331\t'Nghị định 331/2026/NĐ-CP'"
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and __fish_seen_subcommand_from level" -l json -d 'JSON ra tệp hoặc - / JSON to a file or -' -r
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and __fish_seen_subcommand_from level" -l dir -d 'Thư mục làm việc / workspace [default: $LUYTRE_DIR, or the nearest folder with luytre.toml]' -r -F
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and __fish_seen_subcommand_from level" -l lang -d 'Ngôn ngữ / language' -r -f -a "vi\t'Tiếng Việt'
en\t'English'"
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and __fish_seen_subcommand_from level" -l as -d 'Người thực hiện, ghi vào nhật ký / who acts, for the audit log [default: the system user]' -r
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and __fish_seen_subcommand_from level" -s q -l quiet -d 'Chỉ in lỗi / say nothing but errors'
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and __fish_seen_subcommand_from level" -s v -l verbose -d 'Nói nhiều hơn / say more (-vv, -vvv)'
complete -c luytre -n "__fish_luytre_using_subcommand inventory; and __fish_seen_subcommand_from level" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c luytre -n "__fish_luytre_using_subcommand authority; and not __fish_seen_subcommand_from draft record list revoke" -l dir -d 'Thư mục làm việc / workspace [default: $LUYTRE_DIR, or the nearest folder with luytre.toml]' -r -F
complete -c luytre -n "__fish_luytre_using_subcommand authority; and not __fish_seen_subcommand_from draft record list revoke" -l lang -d 'Ngôn ngữ / language' -r -f -a "vi\t'Tiếng Việt'
en\t'English'"
complete -c luytre -n "__fish_luytre_using_subcommand authority; and not __fish_seen_subcommand_from draft record list revoke" -l as -d 'Người thực hiện, ghi vào nhật ký / who acts, for the audit log [default: the system user]' -r
complete -c luytre -n "__fish_luytre_using_subcommand authority; and not __fish_seen_subcommand_from draft record list revoke" -s q -l quiet -d 'Chỉ in lỗi / say nothing but errors'
complete -c luytre -n "__fish_luytre_using_subcommand authority; and not __fish_seen_subcommand_from draft record list revoke" -s v -l verbose -d 'Nói nhiều hơn / say more (-vv, -vvv)'
complete -c luytre -n "__fish_luytre_using_subcommand authority; and not __fish_seen_subcommand_from draft record list revoke" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c luytre -n "__fish_luytre_using_subcommand authority; and not __fish_seen_subcommand_from draft record list revoke" -f -a "draft" -d 'Soạn dự thảo thông báo và số liệu căn cứ từ danh mục / draft the notice and its data from the inventory'
complete -c luytre -n "__fish_luytre_using_subcommand authority; and not __fish_seen_subcommand_from draft record list revoke" -f -a "record" -d 'Ghi nhận văn bản đã ký / record a signed paper'
complete -c luytre -n "__fish_luytre_using_subcommand authority; and not __fish_seen_subcommand_from draft record list revoke" -f -a "list" -d 'Liệt kê, căn cứ sắp hết hạn trước / list, those that end soon first'
complete -c luytre -n "__fish_luytre_using_subcommand authority; and not __fish_seen_subcommand_from draft record list revoke" -f -a "revoke" -d 'Thu hồi / withdraw'
complete -c luytre -n "__fish_luytre_using_subcommand authority; and __fish_seen_subcommand_from draft" -l owner -d 'Mọi hệ thống của chủ quản này / every system of this owner' -r
complete -c luytre -n "__fish_luytre_using_subcommand authority; and __fish_seen_subcommand_from draft" -l system -d 'Các hệ thống này / these systems' -r
complete -c luytre -n "__fish_luytre_using_subcommand authority; and __fish_seen_subcommand_from draft" -l route -d 'Cách thức theo luật / route' -r -f -a "owner-request\t'Chủ quản đề nghị (Luật 116/2025 Điều 12.1.b)'
monitoring-notice\t'Thông báo giám sát (NĐ 333/2026 Điều 7.5)'
specialised-unit\t'Đơn vị chuyên trách của chủ quản (NĐ 331/2026 Điều 32.5)'
cause\t'Kiểm tra khi có dấu hiệu vi phạm (Luật 116/2025 Điều 12.1.a)'
emergency\t'Khẩn cấp về an ninh quốc gia (NĐ 333/2026 Điều 7.5)'"
complete -c luytre -n "__fish_luytre_using_subcommand authority; and __fish_seen_subcommand_from draft" -l ground -d 'Kế hoạch, quyết định hoặc đề nghị làm căn cứ, bên cạnh điều luật / plan or request behind it' -r
complete -c luytre -n "__fish_luytre_using_subcommand authority; and __fish_seen_subcommand_from draft" -l from -d 'Từ ngày / from [default: today]' -r
complete -c luytre -n "__fish_luytre_using_subcommand authority; and __fish_seen_subcommand_from draft" -l until -d 'Đến hết ngày / until the end of this day' -r
complete -c luytre -n "__fish_luytre_using_subcommand authority; and __fish_seen_subcommand_from draft" -l source -d 'Địa chỉ nguồn khi quét / addresses we come from' -r
complete -c luytre -n "__fish_luytre_using_subcommand authority; and __fish_seen_subcommand_from draft" -l our-contact -d 'Đầu mối của bên quét / our contact' -r
complete -c luytre -n "__fish_luytre_using_subcommand authority; and __fish_seen_subcommand_from draft" -l contact -d 'Đầu mối của chủ quản / the owner\'s contact' -r
complete -c luytre -n "__fish_luytre_using_subcommand authority; and __fish_seen_subcommand_from draft" -l ports -d 'Các cổng / ports' -r
complete -c luytre -n "__fish_luytre_using_subcommand authority; and __fish_seen_subcommand_from draft" -l profile -d 'Mức tác động cao nhất / strongest profile' -r -f -a "light\t'Một phiên kết nối / one conversation a host'
standard\t'Hai phiên kết nối / two'
deep\t'Hai phiên, hỏi mọi cổng / two, every port'"
complete -c luytre -n "__fish_luytre_using_subcommand authority; and __fish_seen_subcommand_from draft" -l out -d 'Ghi STEM.txt (thông báo) và STEM.toml (số liệu để ghi nhận) / writes STEM.txt and STEM.toml' -r -F
complete -c luytre -n "__fish_luytre_using_subcommand authority; and __fish_seen_subcommand_from draft" -l dir -d 'Thư mục làm việc / workspace [default: $LUYTRE_DIR, or the nearest folder with luytre.toml]' -r -F
complete -c luytre -n "__fish_luytre_using_subcommand authority; and __fish_seen_subcommand_from draft" -l lang -d 'Ngôn ngữ / language' -r -f -a "vi\t'Tiếng Việt'
en\t'English'"
complete -c luytre -n "__fish_luytre_using_subcommand authority; and __fish_seen_subcommand_from draft" -l as -d 'Người thực hiện, ghi vào nhật ký / who acts, for the audit log [default: the system user]' -r
complete -c luytre -n "__fish_luytre_using_subcommand authority; and __fish_seen_subcommand_from draft" -s q -l quiet -d 'Chỉ in lỗi / say nothing but errors'
complete -c luytre -n "__fish_luytre_using_subcommand authority; and __fish_seen_subcommand_from draft" -s v -l verbose -d 'Nói nhiều hơn / say more (-vv, -vvv)'
complete -c luytre -n "__fish_luytre_using_subcommand authority; and __fish_seen_subcommand_from draft" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c luytre -n "__fish_luytre_using_subcommand authority; and __fish_seen_subcommand_from record" -l number -d 'Số, ký hiệu văn bản đã ký / number of the signed paper' -r
complete -c luytre -n "__fish_luytre_using_subcommand authority; and __fish_seen_subcommand_from record" -l date -d 'Ngày văn bản / its date' -r
complete -c luytre -n "__fish_luytre_using_subcommand authority; and __fish_seen_subcommand_from record" -l dir -d 'Thư mục làm việc / workspace [default: $LUYTRE_DIR, or the nearest folder with luytre.toml]' -r -F
complete -c luytre -n "__fish_luytre_using_subcommand authority; and __fish_seen_subcommand_from record" -l lang -d 'Ngôn ngữ / language' -r -f -a "vi\t'Tiếng Việt'
en\t'English'"
complete -c luytre -n "__fish_luytre_using_subcommand authority; and __fish_seen_subcommand_from record" -l as -d 'Người thực hiện, ghi vào nhật ký / who acts, for the audit log [default: the system user]' -r
complete -c luytre -n "__fish_luytre_using_subcommand authority; and __fish_seen_subcommand_from record" -s q -l quiet -d 'Chỉ in lỗi / say nothing but errors'
complete -c luytre -n "__fish_luytre_using_subcommand authority; and __fish_seen_subcommand_from record" -s v -l verbose -d 'Nói nhiều hơn / say more (-vv, -vvv)'
complete -c luytre -n "__fish_luytre_using_subcommand authority; and __fish_seen_subcommand_from record" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c luytre -n "__fish_luytre_using_subcommand authority; and __fish_seen_subcommand_from list" -l json -d 'JSON ra tệp hoặc - / JSON to a file or -' -r
complete -c luytre -n "__fish_luytre_using_subcommand authority; and __fish_seen_subcommand_from list" -l dir -d 'Thư mục làm việc / workspace [default: $LUYTRE_DIR, or the nearest folder with luytre.toml]' -r -F
complete -c luytre -n "__fish_luytre_using_subcommand authority; and __fish_seen_subcommand_from list" -l lang -d 'Ngôn ngữ / language' -r -f -a "vi\t'Tiếng Việt'
en\t'English'"
complete -c luytre -n "__fish_luytre_using_subcommand authority; and __fish_seen_subcommand_from list" -l as -d 'Người thực hiện, ghi vào nhật ký / who acts, for the audit log [default: the system user]' -r
complete -c luytre -n "__fish_luytre_using_subcommand authority; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Chỉ in lỗi / say nothing but errors'
complete -c luytre -n "__fish_luytre_using_subcommand authority; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Nói nhiều hơn / say more (-vv, -vvv)'
complete -c luytre -n "__fish_luytre_using_subcommand authority; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c luytre -n "__fish_luytre_using_subcommand authority; and __fish_seen_subcommand_from revoke" -l reason -d 'Lý do / why' -r
complete -c luytre -n "__fish_luytre_using_subcommand authority; and __fish_seen_subcommand_from revoke" -l dir -d 'Thư mục làm việc / workspace [default: $LUYTRE_DIR, or the nearest folder with luytre.toml]' -r -F
complete -c luytre -n "__fish_luytre_using_subcommand authority; and __fish_seen_subcommand_from revoke" -l lang -d 'Ngôn ngữ / language' -r -f -a "vi\t'Tiếng Việt'
en\t'English'"
complete -c luytre -n "__fish_luytre_using_subcommand authority; and __fish_seen_subcommand_from revoke" -l as -d 'Người thực hiện, ghi vào nhật ký / who acts, for the audit log [default: the system user]' -r
complete -c luytre -n "__fish_luytre_using_subcommand authority; and __fish_seen_subcommand_from revoke" -s q -l quiet -d 'Chỉ in lỗi / say nothing but errors'
complete -c luytre -n "__fish_luytre_using_subcommand authority; and __fish_seen_subcommand_from revoke" -s v -l verbose -d 'Nói nhiều hơn / say more (-vv, -vvv)'
complete -c luytre -n "__fish_luytre_using_subcommand authority; and __fish_seen_subcommand_from revoke" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c luytre -n "__fish_luytre_using_subcommand scan" -l system -d 'Chỉ các hệ thống này / only these systems' -r
complete -c luytre -n "__fish_luytre_using_subcommand scan" -l owner -d 'Chỉ hệ thống của các chủ quản này / only systems of these owners' -r
complete -c luytre -n "__fish_luytre_using_subcommand scan" -l profile -d 'Mức tác động; căn cứ, cấp độ 4-5 và hệ thống dễ hỏng có thể hạ xuống / may be lowered by the paper, level or fragility' -r -f -a "light\t'Một phiên kết nối / one conversation a host'
standard\t'Hai phiên kết nối / two'
deep\t'Hai phiên, hỏi mọi cổng / two, every port'"
complete -c luytre -n "__fish_luytre_using_subcommand scan" -l only -d 'Chỉ các phép đo này / only these probes' -r -f -a "tls\t''
chain\t''
ports\t''
service\t''
http\t''
ssh\t''
udp\t''
dns\t''
record\t''"
complete -c luytre -n "__fish_luytre_using_subcommand scan" -l ports -d 'Các cổng cần dò / ports to ask for, like 22,80,8000-8100' -r
complete -c luytre -n "__fish_luytre_using_subcommand scan" -l fail-on -d 'Mã thoát 1 nếu có phát hiện từ mức này / exit with 1 at findings of this severity' -r -f -a "info\t''
low\t''
medium\t''
high\t''
critical\t''"
complete -c luytre -n "__fish_luytre_using_subcommand scan" -l json -d 'JSON ra tệp hoặc - / JSON to a file or -' -r
complete -c luytre -n "__fish_luytre_using_subcommand scan" -l dir -d 'Thư mục làm việc / workspace [default: $LUYTRE_DIR, or the nearest folder with luytre.toml]' -r -F
complete -c luytre -n "__fish_luytre_using_subcommand scan" -l lang -d 'Ngôn ngữ / language' -r -f -a "vi\t'Tiếng Việt'
en\t'English'"
complete -c luytre -n "__fish_luytre_using_subcommand scan" -l as -d 'Người thực hiện, ghi vào nhật ký / who acts, for the audit log [default: the system user]' -r
complete -c luytre -n "__fish_luytre_using_subcommand scan" -l confirm -d 'Chỉ đo nhanh TLS và chứng thư (tối đa 3 kết nối) nơi lượt đo đầy đủ còn mới và không có gì đổi; không đóng phát hiện nào / TLS and certificates only; at most 3 connections where a recent whole look is known and nothing changed; closes no finding'
complete -c luytre -n "__fish_luytre_using_subcommand scan" -l resume -d 'Làm tiếp lượt quét bị dừng giữa chừng / take up the scan that was stopped before its end'
complete -c luytre -n "__fish_luytre_using_subcommand scan" -l plan -d 'Chỉ in kế hoạch, không gửi gói tin nào / print the plan, send nothing'
complete -c luytre -n "__fish_luytre_using_subcommand scan" -s q -l quiet -d 'Chỉ in lỗi / say nothing but errors'
complete -c luytre -n "__fish_luytre_using_subcommand scan" -s v -l verbose -d 'Nói nhiều hơn / say more (-vv, -vvv)'
complete -c luytre -n "__fish_luytre_using_subcommand scan" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c luytre -n "__fish_luytre_using_subcommand probe" -l authority -d 'Căn cứ: trong thư mục làm việc phải là số của căn cứ đã ghi nhận / in a workspace the number of a recorded authorisation' -r
complete -c luytre -n "__fish_luytre_using_subcommand probe" -l name -d 'Tên dùng trong SNI và Host khi mục tiêu là địa chỉ / name to speak when the target is an address' -r
complete -c luytre -n "__fish_luytre_using_subcommand probe" -l only -d 'Chỉ các phép đo này / only these probes' -r -f -a "tls\t''
chain\t''
ports\t''
service\t''
http\t''
ssh\t''
udp\t''
dns\t''
record\t''"
complete -c luytre -n "__fish_luytre_using_subcommand probe" -l ports -d 'Cổng cần dò cho mục tiêu không ghi cổng / ports to ask for where the target names none' -r
complete -c luytre -n "__fish_luytre_using_subcommand probe" -l starttls -d 'TLS bắt đầu bằng lệnh của giao thức này / TLS is begun by a command of this protocol [default: by port and greeting]' -r -f -a "smtp\t''
lmtp\t''
imap\t''
pop3\t''
ftp\t''
ldap\t''
postgres\t''
mysql\t''
xmpp\t''
xmpp-server\t''
nntp\t''
sieve\t''
rdp\t''"
complete -c luytre -n "__fish_luytre_using_subcommand probe" -l lookups -d 'Được hỏi thêm bên thứ ba: bản ghi DNS, thu hồi chứng thư / also ask third parties: DNS records, revocation [default: the workspace\'s settings]' -r -f -a "dns\t'Bản ghi DNS, hỏi máy phân giải của ta / DNS records, of our resolvers'
revocation\t'Thu hồi chứng thư, hỏi nơi chứng thư chỉ ra / revocation, where certificates say'"
complete -c luytre -n "__fish_luytre_using_subcommand probe" -l syn -d 'Dò cổng chỉ bằng gói SYN qua card mạng này, cần quyền CAP_NET_RAW / discover ports by SYNs alone over this device; needs CAP_NET_RAW [default: the workspace\'s settings]' -r
complete -c luytre -n "__fish_luytre_using_subcommand probe" -l targets -d 'Tệp mục tiêu, mỗi dòng một mục tiêu, # là ghi chú / file with a target per line' -r -F
complete -c luytre -n "__fish_luytre_using_subcommand probe" -l at -d 'Đo từ đâu / from where [default: the workspace\'s sensor]' -r -f -a "internet\t''
wan\t''
local\t''
unknown\t''"
complete -c luytre -n "__fish_luytre_using_subcommand probe" -l profile -d 'Mức tác động / how hard' -r -f -a "light\t'Một phiên kết nối / one conversation a host'
standard\t'Hai phiên kết nối / two'
deep\t'Hai phiên, hỏi mọi cổng / two, every port'"
complete -c luytre -n "__fish_luytre_using_subcommand probe" -l fail-on -d 'Mã thoát 1 nếu có kết quả không đạt từ mức này / exit with 1 at faults of this severity' -r -f -a "info\t''
low\t''
medium\t''
high\t''
critical\t''"
complete -c luytre -n "__fish_luytre_using_subcommand probe" -l json -d 'JSON ra tệp hoặc - / JSON to a file or -' -r
complete -c luytre -n "__fish_luytre_using_subcommand probe" -l dir -d 'Thư mục làm việc / workspace [default: $LUYTRE_DIR, or the nearest folder with luytre.toml]' -r -F
complete -c luytre -n "__fish_luytre_using_subcommand probe" -l lang -d 'Ngôn ngữ / language' -r -f -a "vi\t'Tiếng Việt'
en\t'English'"
complete -c luytre -n "__fish_luytre_using_subcommand probe" -l as -d 'Người thực hiện, ghi vào nhật ký / who acts, for the audit log [default: the system user]' -r
complete -c luytre -n "__fish_luytre_using_subcommand probe" -s q -l quiet -d 'Chỉ in lỗi / say nothing but errors'
complete -c luytre -n "__fish_luytre_using_subcommand probe" -s v -l verbose -d 'Nói nhiều hơn / say more (-vv, -vvv)'
complete -c luytre -n "__fish_luytre_using_subcommand probe" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c luytre -n "__fish_luytre_using_subcommand certificate; and not __fish_seen_subcommand_from check" -l dir -d 'Thư mục làm việc / workspace [default: $LUYTRE_DIR, or the nearest folder with luytre.toml]' -r -F
complete -c luytre -n "__fish_luytre_using_subcommand certificate; and not __fish_seen_subcommand_from check" -l lang -d 'Ngôn ngữ / language' -r -f -a "vi\t'Tiếng Việt'
en\t'English'"
complete -c luytre -n "__fish_luytre_using_subcommand certificate; and not __fish_seen_subcommand_from check" -l as -d 'Người thực hiện, ghi vào nhật ký / who acts, for the audit log [default: the system user]' -r
complete -c luytre -n "__fish_luytre_using_subcommand certificate; and not __fish_seen_subcommand_from check" -s q -l quiet -d 'Chỉ in lỗi / say nothing but errors'
complete -c luytre -n "__fish_luytre_using_subcommand certificate; and not __fish_seen_subcommand_from check" -s v -l verbose -d 'Nói nhiều hơn / say more (-vv, -vvv)'
complete -c luytre -n "__fish_luytre_using_subcommand certificate; and not __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c luytre -n "__fish_luytre_using_subcommand certificate; and not __fish_seen_subcommand_from check" -f -a "check" -d 'Chuỗi chứng thư trong tệp có được tin cậy không / whether a chain in a file is trusted'
complete -c luytre -n "__fish_luytre_using_subcommand certificate; and __fish_seen_subcommand_from check" -l roots -d 'Các gốc tin cậy, thay cho kho gốc công cộng có sẵn / roots instead of the public web roots built in' -r -F
complete -c luytre -n "__fish_luytre_using_subcommand certificate; and __fish_seen_subcommand_from check" -l name -d 'Tên miền hoặc địa chỉ mà chứng thư phải có / name or address that it must stand for' -r
complete -c luytre -n "__fish_luytre_using_subcommand certificate; and __fish_seen_subcommand_from check" -l at -d 'Thời điểm xem xét, RFC 3339 / time of judging, RFC 3339 [default: now]' -r
complete -c luytre -n "__fish_luytre_using_subcommand certificate; and __fish_seen_subcommand_from check" -l crl -d 'Danh sách thu hồi (CRL), PEM hoặc DER; dùng được nhiều lần / a revocation list, PEM or DER; may be repeated' -r -F
complete -c luytre -n "__fish_luytre_using_subcommand certificate; and __fish_seen_subcommand_from check" -l json -d 'JSON ra tệp hoặc - / JSON to a file or -' -r
complete -c luytre -n "__fish_luytre_using_subcommand certificate; and __fish_seen_subcommand_from check" -l dir -d 'Thư mục làm việc / workspace [default: $LUYTRE_DIR, or the nearest folder with luytre.toml]' -r -F
complete -c luytre -n "__fish_luytre_using_subcommand certificate; and __fish_seen_subcommand_from check" -l lang -d 'Ngôn ngữ / language' -r -f -a "vi\t'Tiếng Việt'
en\t'English'"
complete -c luytre -n "__fish_luytre_using_subcommand certificate; and __fish_seen_subcommand_from check" -l as -d 'Người thực hiện, ghi vào nhật ký / who acts, for the audit log [default: the system user]' -r
complete -c luytre -n "__fish_luytre_using_subcommand certificate; and __fish_seen_subcommand_from check" -s q -l quiet -d 'Chỉ in lỗi / say nothing but errors'
complete -c luytre -n "__fish_luytre_using_subcommand certificate; and __fish_seen_subcommand_from check" -s v -l verbose -d 'Nói nhiều hơn / say more (-vv, -vvv)'
complete -c luytre -n "__fish_luytre_using_subcommand certificate; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c luytre -n "__fish_luytre_using_subcommand identify" -l dir -d 'Thư mục làm việc / workspace [default: $LUYTRE_DIR, or the nearest folder with luytre.toml]' -r -F
complete -c luytre -n "__fish_luytre_using_subcommand identify" -l lang -d 'Ngôn ngữ / language' -r -f -a "vi\t'Tiếng Việt'
en\t'English'"
complete -c luytre -n "__fish_luytre_using_subcommand identify" -l as -d 'Người thực hiện, ghi vào nhật ký / who acts, for the audit log [default: the system user]' -r
complete -c luytre -n "__fish_luytre_using_subcommand identify" -s q -l quiet -d 'Chỉ in lỗi / say nothing but errors'
complete -c luytre -n "__fish_luytre_using_subcommand identify" -s v -l verbose -d 'Nói nhiều hơn / say more (-vv, -vvv)'
complete -c luytre -n "__fish_luytre_using_subcommand identify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c luytre -n "__fish_luytre_using_subcommand stop" -l dir -d 'Thư mục làm việc / workspace [default: $LUYTRE_DIR, or the nearest folder with luytre.toml]' -r -F
complete -c luytre -n "__fish_luytre_using_subcommand stop" -l lang -d 'Ngôn ngữ / language' -r -f -a "vi\t'Tiếng Việt'
en\t'English'"
complete -c luytre -n "__fish_luytre_using_subcommand stop" -l as -d 'Người thực hiện, ghi vào nhật ký / who acts, for the audit log [default: the system user]' -r
complete -c luytre -n "__fish_luytre_using_subcommand stop" -l release -d 'Gỡ lệnh dừng / release the switch'
complete -c luytre -n "__fish_luytre_using_subcommand stop" -s q -l quiet -d 'Chỉ in lỗi / say nothing but errors'
complete -c luytre -n "__fish_luytre_using_subcommand stop" -s v -l verbose -d 'Nói nhiều hơn / say more (-vv, -vvv)'
complete -c luytre -n "__fish_luytre_using_subcommand stop" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c luytre -n "__fish_luytre_using_subcommand findings; and not __fish_seen_subcommand_from list show confirm accept false-positive" -l dir -d 'Thư mục làm việc / workspace [default: $LUYTRE_DIR, or the nearest folder with luytre.toml]' -r -F
complete -c luytre -n "__fish_luytre_using_subcommand findings; and not __fish_seen_subcommand_from list show confirm accept false-positive" -l lang -d 'Ngôn ngữ / language' -r -f -a "vi\t'Tiếng Việt'
en\t'English'"
complete -c luytre -n "__fish_luytre_using_subcommand findings; and not __fish_seen_subcommand_from list show confirm accept false-positive" -l as -d 'Người thực hiện, ghi vào nhật ký / who acts, for the audit log [default: the system user]' -r
complete -c luytre -n "__fish_luytre_using_subcommand findings; and not __fish_seen_subcommand_from list show confirm accept false-positive" -s q -l quiet -d 'Chỉ in lỗi / say nothing but errors'
complete -c luytre -n "__fish_luytre_using_subcommand findings; and not __fish_seen_subcommand_from list show confirm accept false-positive" -s v -l verbose -d 'Nói nhiều hơn / say more (-vv, -vvv)'
complete -c luytre -n "__fish_luytre_using_subcommand findings; and not __fish_seen_subcommand_from list show confirm accept false-positive" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c luytre -n "__fish_luytre_using_subcommand findings; and not __fish_seen_subcommand_from list show confirm accept false-positive" -f -a "list" -d 'Liệt kê / list'
complete -c luytre -n "__fish_luytre_using_subcommand findings; and not __fish_seen_subcommand_from list show confirm accept false-positive" -f -a "show" -d 'Xem một phát hiện với bằng chứng và nhật ký / one finding with evidence and events'
complete -c luytre -n "__fish_luytre_using_subcommand findings; and not __fish_seen_subcommand_from list show confirm accept false-positive" -f -a "confirm" -d 'Cán bộ xác nhận phát hiện là đúng / an officer confirms it'
complete -c luytre -n "__fish_luytre_using_subcommand findings; and not __fish_seen_subcommand_from list show confirm accept false-positive" -f -a "accept" -d 'Ghi nhận chủ quản chấp nhận rủi ro đến một ngày / the owner accepts the risk until a date'
complete -c luytre -n "__fish_luytre_using_subcommand findings; and not __fish_seen_subcommand_from list show confirm accept false-positive" -f -a "false-positive" -d 'Đánh dấu báo nhầm đến một ngày / mark as a false positive until a date'
complete -c luytre -n "__fish_luytre_using_subcommand findings; and __fish_seen_subcommand_from list" -l system -d 'Chỉ của hệ thống / of one system' -r
complete -c luytre -n "__fish_luytre_using_subcommand findings; and __fish_seen_subcommand_from list" -l owner -d 'Chỉ của chủ quản / of one owner' -r
complete -c luytre -n "__fish_luytre_using_subcommand findings; and __fish_seen_subcommand_from list" -l severity -d 'Từ mức này trở lên / at least so severe' -r -f -a "info\t''
low\t''
medium\t''
high\t''
critical\t''"
complete -c luytre -n "__fish_luytre_using_subcommand findings; and __fish_seen_subcommand_from list" -l state -d 'Trạng thái / state [default: every state but fixed and retired]' -r
complete -c luytre -n "__fish_luytre_using_subcommand findings; and __fish_seen_subcommand_from list" -l check -d 'Chỉ của một kiểm tra / of one check' -r
complete -c luytre -n "__fish_luytre_using_subcommand findings; and __fish_seen_subcommand_from list" -l json -d 'JSON ra tệp hoặc - / JSON to a file or -' -r
complete -c luytre -n "__fish_luytre_using_subcommand findings; and __fish_seen_subcommand_from list" -l dir -d 'Thư mục làm việc / workspace [default: $LUYTRE_DIR, or the nearest folder with luytre.toml]' -r -F
complete -c luytre -n "__fish_luytre_using_subcommand findings; and __fish_seen_subcommand_from list" -l lang -d 'Ngôn ngữ / language' -r -f -a "vi\t'Tiếng Việt'
en\t'English'"
complete -c luytre -n "__fish_luytre_using_subcommand findings; and __fish_seen_subcommand_from list" -l as -d 'Người thực hiện, ghi vào nhật ký / who acts, for the audit log [default: the system user]' -r
complete -c luytre -n "__fish_luytre_using_subcommand findings; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Chỉ in lỗi / say nothing but errors'
complete -c luytre -n "__fish_luytre_using_subcommand findings; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Nói nhiều hơn / say more (-vv, -vvv)'
complete -c luytre -n "__fish_luytre_using_subcommand findings; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c luytre -n "__fish_luytre_using_subcommand findings; and __fish_seen_subcommand_from show" -l json -d 'JSON ra tệp hoặc - / JSON to a file or -' -r
complete -c luytre -n "__fish_luytre_using_subcommand findings; and __fish_seen_subcommand_from show" -l dir -d 'Thư mục làm việc / workspace [default: $LUYTRE_DIR, or the nearest folder with luytre.toml]' -r -F
complete -c luytre -n "__fish_luytre_using_subcommand findings; and __fish_seen_subcommand_from show" -l lang -d 'Ngôn ngữ / language' -r -f -a "vi\t'Tiếng Việt'
en\t'English'"
complete -c luytre -n "__fish_luytre_using_subcommand findings; and __fish_seen_subcommand_from show" -l as -d 'Người thực hiện, ghi vào nhật ký / who acts, for the audit log [default: the system user]' -r
complete -c luytre -n "__fish_luytre_using_subcommand findings; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Chỉ in lỗi / say nothing but errors'
complete -c luytre -n "__fish_luytre_using_subcommand findings; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Nói nhiều hơn / say more (-vv, -vvv)'
complete -c luytre -n "__fish_luytre_using_subcommand findings; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c luytre -n "__fish_luytre_using_subcommand findings; and __fish_seen_subcommand_from confirm" -l note -d 'Ghi chú / note' -r
complete -c luytre -n "__fish_luytre_using_subcommand findings; and __fish_seen_subcommand_from confirm" -l dir -d 'Thư mục làm việc / workspace [default: $LUYTRE_DIR, or the nearest folder with luytre.toml]' -r -F
complete -c luytre -n "__fish_luytre_using_subcommand findings; and __fish_seen_subcommand_from confirm" -l lang -d 'Ngôn ngữ / language' -r -f -a "vi\t'Tiếng Việt'
en\t'English'"
complete -c luytre -n "__fish_luytre_using_subcommand findings; and __fish_seen_subcommand_from confirm" -l as -d 'Người thực hiện, ghi vào nhật ký / who acts, for the audit log [default: the system user]' -r
complete -c luytre -n "__fish_luytre_using_subcommand findings; and __fish_seen_subcommand_from confirm" -s q -l quiet -d 'Chỉ in lỗi / say nothing but errors'
complete -c luytre -n "__fish_luytre_using_subcommand findings; and __fish_seen_subcommand_from confirm" -s v -l verbose -d 'Nói nhiều hơn / say more (-vv, -vvv)'
complete -c luytre -n "__fish_luytre_using_subcommand findings; and __fish_seen_subcommand_from confirm" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c luytre -n "__fish_luytre_using_subcommand findings; and __fish_seen_subcommand_from accept" -l until -d 'Đến hết ngày / until the end of this day' -r
complete -c luytre -n "__fish_luytre_using_subcommand findings; and __fish_seen_subcommand_from accept" -l reason -d 'Lý do, văn bản / reason, paper' -r
complete -c luytre -n "__fish_luytre_using_subcommand findings; and __fish_seen_subcommand_from accept" -l dir -d 'Thư mục làm việc / workspace [default: $LUYTRE_DIR, or the nearest folder with luytre.toml]' -r -F
complete -c luytre -n "__fish_luytre_using_subcommand findings; and __fish_seen_subcommand_from accept" -l lang -d 'Ngôn ngữ / language' -r -f -a "vi\t'Tiếng Việt'
en\t'English'"
complete -c luytre -n "__fish_luytre_using_subcommand findings; and __fish_seen_subcommand_from accept" -l as -d 'Người thực hiện, ghi vào nhật ký / who acts, for the audit log [default: the system user]' -r
complete -c luytre -n "__fish_luytre_using_subcommand findings; and __fish_seen_subcommand_from accept" -s q -l quiet -d 'Chỉ in lỗi / say nothing but errors'
complete -c luytre -n "__fish_luytre_using_subcommand findings; and __fish_seen_subcommand_from accept" -s v -l verbose -d 'Nói nhiều hơn / say more (-vv, -vvv)'
complete -c luytre -n "__fish_luytre_using_subcommand findings; and __fish_seen_subcommand_from accept" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c luytre -n "__fish_luytre_using_subcommand findings; and __fish_seen_subcommand_from false-positive" -l until -d 'Đến hết ngày / until the end of this day' -r
complete -c luytre -n "__fish_luytre_using_subcommand findings; and __fish_seen_subcommand_from false-positive" -l reason -d 'Lý do, văn bản / reason, paper' -r
complete -c luytre -n "__fish_luytre_using_subcommand findings; and __fish_seen_subcommand_from false-positive" -l dir -d 'Thư mục làm việc / workspace [default: $LUYTRE_DIR, or the nearest folder with luytre.toml]' -r -F
complete -c luytre -n "__fish_luytre_using_subcommand findings; and __fish_seen_subcommand_from false-positive" -l lang -d 'Ngôn ngữ / language' -r -f -a "vi\t'Tiếng Việt'
en\t'English'"
complete -c luytre -n "__fish_luytre_using_subcommand findings; and __fish_seen_subcommand_from false-positive" -l as -d 'Người thực hiện, ghi vào nhật ký / who acts, for the audit log [default: the system user]' -r
complete -c luytre -n "__fish_luytre_using_subcommand findings; and __fish_seen_subcommand_from false-positive" -s q -l quiet -d 'Chỉ in lỗi / say nothing but errors'
complete -c luytre -n "__fish_luytre_using_subcommand findings; and __fish_seen_subcommand_from false-positive" -s v -l verbose -d 'Nói nhiều hơn / say more (-vv, -vvv)'
complete -c luytre -n "__fish_luytre_using_subcommand findings; and __fish_seen_subcommand_from false-positive" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and not __fish_seen_subcommand_from list show import admit refuse dependency retire reconsider" -l dir -d 'Thư mục làm việc / workspace [default: $LUYTRE_DIR, or the nearest folder with luytre.toml]' -r -F
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and not __fish_seen_subcommand_from list show import admit refuse dependency retire reconsider" -l lang -d 'Ngôn ngữ / language' -r -f -a "vi\t'Tiếng Việt'
en\t'English'"
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and not __fish_seen_subcommand_from list show import admit refuse dependency retire reconsider" -l as -d 'Người thực hiện, ghi vào nhật ký / who acts, for the audit log [default: the system user]' -r
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and not __fish_seen_subcommand_from list show import admit refuse dependency retire reconsider" -s q -l quiet -d 'Chỉ in lỗi / say nothing but errors'
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and not __fish_seen_subcommand_from list show import admit refuse dependency retire reconsider" -s v -l verbose -d 'Nói nhiều hơn / say more (-vv, -vvv)'
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and not __fish_seen_subcommand_from list show import admit refuse dependency retire reconsider" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and not __fish_seen_subcommand_from list show import admit refuse dependency retire reconsider" -f -a "list" -d 'Liệt kê / list'
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and not __fish_seen_subcommand_from list show import admit refuse dependency retire reconsider" -f -a "show" -d 'Xem một ứng viên với bằng chứng và nhật ký / one candidate with evidence and events'
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and not __fish_seen_subcommand_from list show import admit refuse dependency retire reconsider" -f -a "import" -d 'Đọc tệp vùng DNS, DHCP, tường lửa, luồng mạng, minh bạch chứng thư; không gửi gói tin nào / from files, without a packet'
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and not __fish_seen_subcommand_from list show import admit refuse dependency retire reconsider" -f -a "admit" -d 'Đưa vào danh mục, dưới một hệ thống / put into the inventory, under a system'
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and not __fish_seen_subcommand_from list show import admit refuse dependency retire reconsider" -f -a "refuse" -d 'Không thuộc phạm vi quản lý / not ours'
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and not __fish_seen_subcommand_from list show import admit refuse dependency retire reconsider" -f -a "dependency" -d 'Của bên khác, hệ thống của tỉnh phụ thuộc vào / somebody else\'s, but something of ours leans on it'
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and not __fish_seen_subcommand_from list show import admit refuse dependency retire reconsider" -f -a "retire" -d 'Đã ngừng sử dụng; thấy lại thì trở về danh sách chờ / out of use; comes back when seen again'
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and not __fish_seen_subcommand_from list show import admit refuse dependency retire reconsider" -f -a "reconsider" -d 'Rút quyết định, xem xét lại / take the last decision back'
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from list" -l state -d 'Trạng thái / state' -r
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from list" -l system -d 'Chỉ của hệ thống này: do người chỉ định hoặc do gợi ý / of one system, named or suggested' -r
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from list" -l source -d 'Chỉ từ loại nguồn này / from one kind of source' -r -f -a "scan\t''
zone\t''
dhcp\t''
firewall\t''
netflow\t''
ct\t''"
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from list" -l json -d 'JSON ra tệp hoặc - / JSON to a file or -' -r
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from list" -l dir -d 'Thư mục làm việc / workspace [default: $LUYTRE_DIR, or the nearest folder with luytre.toml]' -r -F
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from list" -l lang -d 'Ngôn ngữ / language' -r -f -a "vi\t'Tiếng Việt'
en\t'English'"
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from list" -l as -d 'Người thực hiện, ghi vào nhật ký / who acts, for the audit log [default: the system user]' -r
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from list" -l unassigned -d 'Chỉ những gì chưa rõ của ai / only those that nobody is known to own'
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Chỉ in lỗi / say nothing but errors'
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Nói nhiều hơn / say more (-vv, -vvv)'
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from show" -l json -d 'JSON ra tệp hoặc - / JSON to a file or -' -r
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from show" -l dir -d 'Thư mục làm việc / workspace [default: $LUYTRE_DIR, or the nearest folder with luytre.toml]' -r -F
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from show" -l lang -d 'Ngôn ngữ / language' -r -f -a "vi\t'Tiếng Việt'
en\t'English'"
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from show" -l as -d 'Người thực hiện, ghi vào nhật ký / who acts, for the audit log [default: the system user]' -r
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Chỉ in lỗi / say nothing but errors'
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Nói nhiều hơn / say more (-vv, -vvv)'
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from import" -l kind -d 'Loại tệp / what the files are [default: told by their content]' -r -f -a "zone\t'Tệp vùng DNS / zone file'
dhcp\t'dhcpd.leases, Kea CSV'
firewall\t'Nhật ký tường lửa dạng bảng / firewall log as a table'
netflow\t'`nfdump -o csv`, proto,dst,dport'
ct\t'crt.sh JSON'"
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from import" -l origin -d 'Tên miền của tệp vùng không có $ORIGIN / the domain of a zone file without $ORIGIN' -r
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from import" -l json -d 'JSON ra tệp hoặc - / JSON to a file or -' -r
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from import" -l dir -d 'Thư mục làm việc / workspace [default: $LUYTRE_DIR, or the nearest folder with luytre.toml]' -r -F
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from import" -l lang -d 'Ngôn ngữ / language' -r -f -a "vi\t'Tiếng Việt'
en\t'English'"
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from import" -l as -d 'Người thực hiện, ghi vào nhật ký / who acts, for the audit log [default: the system user]' -r
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from import" -s q -l quiet -d 'Chỉ in lỗi / say nothing but errors'
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from import" -s v -l verbose -d 'Nói nhiều hơn / say more (-vv, -vvv)'
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from admit" -l system -d 'Hệ thống nhận / the system it belongs to' -r
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from admit" -l reason -d 'Lý do, văn bản / reason, paper' -r
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from admit" -l dir -d 'Thư mục làm việc / workspace [default: $LUYTRE_DIR, or the nearest folder with luytre.toml]' -r -F
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from admit" -l lang -d 'Ngôn ngữ / language' -r -f -a "vi\t'Tiếng Việt'
en\t'English'"
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from admit" -l as -d 'Người thực hiện, ghi vào nhật ký / who acts, for the audit log [default: the system user]' -r
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from admit" -s q -l quiet -d 'Chỉ in lỗi / say nothing but errors'
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from admit" -s v -l verbose -d 'Nói nhiều hơn / say more (-vv, -vvv)'
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from admit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from refuse" -l reason -d 'Lý do, văn bản / reason, paper' -r
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from refuse" -l dir -d 'Thư mục làm việc / workspace [default: $LUYTRE_DIR, or the nearest folder with luytre.toml]' -r -F
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from refuse" -l lang -d 'Ngôn ngữ / language' -r -f -a "vi\t'Tiếng Việt'
en\t'English'"
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from refuse" -l as -d 'Người thực hiện, ghi vào nhật ký / who acts, for the audit log [default: the system user]' -r
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from refuse" -s q -l quiet -d 'Chỉ in lỗi / say nothing but errors'
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from refuse" -s v -l verbose -d 'Nói nhiều hơn / say more (-vv, -vvv)'
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from refuse" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from dependency" -l reason -d 'Lý do, văn bản / reason, paper' -r
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from dependency" -l system -d 'Hệ thống phụ thuộc vào / the system that leans on it' -r
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from dependency" -l dir -d 'Thư mục làm việc / workspace [default: $LUYTRE_DIR, or the nearest folder with luytre.toml]' -r -F
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from dependency" -l lang -d 'Ngôn ngữ / language' -r -f -a "vi\t'Tiếng Việt'
en\t'English'"
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from dependency" -l as -d 'Người thực hiện, ghi vào nhật ký / who acts, for the audit log [default: the system user]' -r
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from dependency" -s q -l quiet -d 'Chỉ in lỗi / say nothing but errors'
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from dependency" -s v -l verbose -d 'Nói nhiều hơn / say more (-vv, -vvv)'
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from dependency" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from retire" -l reason -d 'Lý do, văn bản / reason, paper' -r
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from retire" -l dir -d 'Thư mục làm việc / workspace [default: $LUYTRE_DIR, or the nearest folder with luytre.toml]' -r -F
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from retire" -l lang -d 'Ngôn ngữ / language' -r -f -a "vi\t'Tiếng Việt'
en\t'English'"
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from retire" -l as -d 'Người thực hiện, ghi vào nhật ký / who acts, for the audit log [default: the system user]' -r
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from retire" -s q -l quiet -d 'Chỉ in lỗi / say nothing but errors'
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from retire" -s v -l verbose -d 'Nói nhiều hơn / say more (-vv, -vvv)'
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from retire" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from reconsider" -l reason -d 'Lý do, văn bản / reason, paper' -r
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from reconsider" -l dir -d 'Thư mục làm việc / workspace [default: $LUYTRE_DIR, or the nearest folder with luytre.toml]' -r -F
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from reconsider" -l lang -d 'Ngôn ngữ / language' -r -f -a "vi\t'Tiếng Việt'
en\t'English'"
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from reconsider" -l as -d 'Người thực hiện, ghi vào nhật ký / who acts, for the audit log [default: the system user]' -r
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from reconsider" -s q -l quiet -d 'Chỉ in lỗi / say nothing but errors'
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from reconsider" -s v -l verbose -d 'Nói nhiều hơn / say more (-vv, -vvv)'
complete -c luytre -n "__fish_luytre_using_subcommand candidates; and __fish_seen_subcommand_from reconsider" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c luytre -n "__fish_luytre_using_subcommand changes" -l from -d 'Lượt quét trước / the earlier scan [default: the finished one before --to]' -r
complete -c luytre -n "__fish_luytre_using_subcommand changes" -l to -d 'Lượt quét sau / the later scan [default: the newest finished one]' -r
complete -c luytre -n "__fish_luytre_using_subcommand changes" -l json -d 'JSON ra tệp hoặc - / JSON to a file or -' -r
complete -c luytre -n "__fish_luytre_using_subcommand changes" -l dir -d 'Thư mục làm việc / workspace [default: $LUYTRE_DIR, or the nearest folder with luytre.toml]' -r -F
complete -c luytre -n "__fish_luytre_using_subcommand changes" -l lang -d 'Ngôn ngữ / language' -r -f -a "vi\t'Tiếng Việt'
en\t'English'"
complete -c luytre -n "__fish_luytre_using_subcommand changes" -l as -d 'Người thực hiện, ghi vào nhật ký / who acts, for the audit log [default: the system user]' -r
complete -c luytre -n "__fish_luytre_using_subcommand changes" -s q -l quiet -d 'Chỉ in lỗi / say nothing but errors'
complete -c luytre -n "__fish_luytre_using_subcommand changes" -s v -l verbose -d 'Nói nhiều hơn / say more (-vv, -vvv)'
complete -c luytre -n "__fish_luytre_using_subcommand changes" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c luytre -n "__fish_luytre_using_subcommand report; and not __fish_seen_subcommand_from annual" -l dir -d 'Thư mục làm việc / workspace [default: $LUYTRE_DIR, or the nearest folder with luytre.toml]' -r -F
complete -c luytre -n "__fish_luytre_using_subcommand report; and not __fish_seen_subcommand_from annual" -l lang -d 'Ngôn ngữ / language' -r -f -a "vi\t'Tiếng Việt'
en\t'English'"
complete -c luytre -n "__fish_luytre_using_subcommand report; and not __fish_seen_subcommand_from annual" -l as -d 'Người thực hiện, ghi vào nhật ký / who acts, for the audit log [default: the system user]' -r
complete -c luytre -n "__fish_luytre_using_subcommand report; and not __fish_seen_subcommand_from annual" -s q -l quiet -d 'Chỉ in lỗi / say nothing but errors'
complete -c luytre -n "__fish_luytre_using_subcommand report; and not __fish_seen_subcommand_from annual" -s v -l verbose -d 'Nói nhiều hơn / say more (-vv, -vvv)'
complete -c luytre -n "__fish_luytre_using_subcommand report; and not __fish_seen_subcommand_from annual" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c luytre -n "__fish_luytre_using_subcommand report; and not __fish_seen_subcommand_from annual" -f -a "annual" -d 'Báo cáo đánh giá hằng năm của một hệ thống / the yearly assessment of one system'
complete -c luytre -n "__fish_luytre_using_subcommand report; and __fish_seen_subcommand_from annual" -l system -d 'Hệ thống / systems [default: all that are in operation]' -r
complete -c luytre -n "__fish_luytre_using_subcommand report; and __fish_seen_subcommand_from annual" -l secrecy -d 'Dấu mật, bắt buộc chọn; từ Mật trở lên thì không xuất / secrecy mark, no default' -r -f -a "none\t'Không đóng dấu / no mark'
internal\t'Lưu hành nội bộ / internal'
mat\t'Mật'
toi-mat\t'Tối mật'
tuyet-mat\t'Tuyệt mật'"
complete -c luytre -n "__fish_luytre_using_subcommand report; and __fish_seen_subcommand_from annual" -l format -d 'Định dạng / formats' -r -f -a "pdf\t'PDF/A'
docx\t'Word'
json\t'Số liệu đã chốt / the frozen snapshot'"
complete -c luytre -n "__fish_luytre_using_subcommand report; and __fish_seen_subcommand_from annual" -l out -d 'Thư mục ghi / folder to write to' -r -F
complete -c luytre -n "__fish_luytre_using_subcommand report; and __fish_seen_subcommand_from annual" -l dir -d 'Thư mục làm việc / workspace [default: $LUYTRE_DIR, or the nearest folder with luytre.toml]' -r -F
complete -c luytre -n "__fish_luytre_using_subcommand report; and __fish_seen_subcommand_from annual" -l lang -d 'Ngôn ngữ / language' -r -f -a "vi\t'Tiếng Việt'
en\t'English'"
complete -c luytre -n "__fish_luytre_using_subcommand report; and __fish_seen_subcommand_from annual" -l as -d 'Người thực hiện, ghi vào nhật ký / who acts, for the audit log [default: the system user]' -r
complete -c luytre -n "__fish_luytre_using_subcommand report; and __fish_seen_subcommand_from annual" -s q -l quiet -d 'Chỉ in lỗi / say nothing but errors'
complete -c luytre -n "__fish_luytre_using_subcommand report; and __fish_seen_subcommand_from annual" -s v -l verbose -d 'Nói nhiều hơn / say more (-vv, -vvv)'
complete -c luytre -n "__fish_luytre_using_subcommand report; and __fish_seen_subcommand_from annual" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c luytre -n "__fish_luytre_using_subcommand serve" -l listen -d 'Địa chỉ và cổng / address and port [default: [serve] listen in luytre.toml]' -r
complete -c luytre -n "__fish_luytre_using_subcommand serve" -l dir -d 'Thư mục làm việc / workspace [default: $LUYTRE_DIR, or the nearest folder with luytre.toml]' -r -F
complete -c luytre -n "__fish_luytre_using_subcommand serve" -l lang -d 'Ngôn ngữ / language' -r -f -a "vi\t'Tiếng Việt'
en\t'English'"
complete -c luytre -n "__fish_luytre_using_subcommand serve" -l as -d 'Người thực hiện, ghi vào nhật ký / who acts, for the audit log [default: the system user]' -r
complete -c luytre -n "__fish_luytre_using_subcommand serve" -l unprotected -d 'Cho phép mở ngoài loopback: không có đăng nhập / allow a listener outside loopback: there is no login'
complete -c luytre -n "__fish_luytre_using_subcommand serve" -s q -l quiet -d 'Chỉ in lỗi / say nothing but errors'
complete -c luytre -n "__fish_luytre_using_subcommand serve" -s v -l verbose -d 'Nói nhiều hơn / say more (-vv, -vvv)'
complete -c luytre -n "__fish_luytre_using_subcommand serve" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c luytre -n "__fish_luytre_using_subcommand policy; and not __fish_seen_subcommand_from list show" -l dir -d 'Thư mục làm việc / workspace [default: $LUYTRE_DIR, or the nearest folder with luytre.toml]' -r -F
complete -c luytre -n "__fish_luytre_using_subcommand policy; and not __fish_seen_subcommand_from list show" -l lang -d 'Ngôn ngữ / language' -r -f -a "vi\t'Tiếng Việt'
en\t'English'"
complete -c luytre -n "__fish_luytre_using_subcommand policy; and not __fish_seen_subcommand_from list show" -l as -d 'Người thực hiện, ghi vào nhật ký / who acts, for the audit log [default: the system user]' -r
complete -c luytre -n "__fish_luytre_using_subcommand policy; and not __fish_seen_subcommand_from list show" -s q -l quiet -d 'Chỉ in lỗi / say nothing but errors'
complete -c luytre -n "__fish_luytre_using_subcommand policy; and not __fish_seen_subcommand_from list show" -s v -l verbose -d 'Nói nhiều hơn / say more (-vv, -vvv)'
complete -c luytre -n "__fish_luytre_using_subcommand policy; and not __fish_seen_subcommand_from list show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c luytre -n "__fish_luytre_using_subcommand policy; and not __fish_seen_subcommand_from list show" -f -a "list" -d 'Các bộ quy định, hiệu lực, độ chắc chắn; chuẩn đánh giá TLS / packs, dates, certainty; TLS ratings'
complete -c luytre -n "__fish_luytre_using_subcommand policy; and not __fish_seen_subcommand_from list show" -f -a "show" -d 'Yêu cầu và kiểm tra ở một cấp độ / requirements and checks at a level'
complete -c luytre -n "__fish_luytre_using_subcommand policy; and __fish_seen_subcommand_from list" -l on -d 'Ngày / date [default: today]' -r
complete -c luytre -n "__fish_luytre_using_subcommand policy; and __fish_seen_subcommand_from list" -l json -d 'JSON ra tệp hoặc - / JSON to a file or -' -r
complete -c luytre -n "__fish_luytre_using_subcommand policy; and __fish_seen_subcommand_from list" -l dir -d 'Thư mục làm việc / workspace [default: $LUYTRE_DIR, or the nearest folder with luytre.toml]' -r -F
complete -c luytre -n "__fish_luytre_using_subcommand policy; and __fish_seen_subcommand_from list" -l lang -d 'Ngôn ngữ / language' -r -f -a "vi\t'Tiếng Việt'
en\t'English'"
complete -c luytre -n "__fish_luytre_using_subcommand policy; and __fish_seen_subcommand_from list" -l as -d 'Người thực hiện, ghi vào nhật ký / who acts, for the audit log [default: the system user]' -r
complete -c luytre -n "__fish_luytre_using_subcommand policy; and __fish_seen_subcommand_from list" -l ratings -d 'Chỉ các chuẩn đánh giá TLS (Mozilla, NCSC-NL, SSL Labs) và nguồn / only the TLS ratings and their sources'
complete -c luytre -n "__fish_luytre_using_subcommand policy; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Chỉ in lỗi / say nothing but errors'
complete -c luytre -n "__fish_luytre_using_subcommand policy; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Nói nhiều hơn / say more (-vv, -vvv)'
complete -c luytre -n "__fish_luytre_using_subcommand policy; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c luytre -n "__fish_luytre_using_subcommand policy; and __fish_seen_subcommand_from show" -l on -d 'Ngày / date [default: today]' -r
complete -c luytre -n "__fish_luytre_using_subcommand policy; and __fish_seen_subcommand_from show" -l json -d 'JSON ra tệp hoặc - / JSON to a file or -' -r
complete -c luytre -n "__fish_luytre_using_subcommand policy; and __fish_seen_subcommand_from show" -l level -d 'Cấp độ / level 1-5' -r
complete -c luytre -n "__fish_luytre_using_subcommand policy; and __fish_seen_subcommand_from show" -l dir -d 'Thư mục làm việc / workspace [default: $LUYTRE_DIR, or the nearest folder with luytre.toml]' -r -F
complete -c luytre -n "__fish_luytre_using_subcommand policy; and __fish_seen_subcommand_from show" -l lang -d 'Ngôn ngữ / language' -r -f -a "vi\t'Tiếng Việt'
en\t'English'"
complete -c luytre -n "__fish_luytre_using_subcommand policy; and __fish_seen_subcommand_from show" -l as -d 'Người thực hiện, ghi vào nhật ký / who acts, for the audit log [default: the system user]' -r
complete -c luytre -n "__fish_luytre_using_subcommand policy; and __fish_seen_subcommand_from show" -l exposure -d 'Chỉ bảng dịch vụ không nên mở ra mạng / only the table of services that should not be exposed'
complete -c luytre -n "__fish_luytre_using_subcommand policy; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Chỉ in lỗi / say nothing but errors'
complete -c luytre -n "__fish_luytre_using_subcommand policy; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Nói nhiều hơn / say more (-vv, -vvv)'
complete -c luytre -n "__fish_luytre_using_subcommand policy; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c luytre -n "__fish_luytre_using_subcommand audit" -l target -d 'Chỉ những lần chạm địa chỉ này / only contacts with this address' -r
complete -c luytre -n "__fish_luytre_using_subcommand audit" -l from -d 'Từ lúc / not before (RFC 3339)' -r
complete -c luytre -n "__fish_luytre_using_subcommand audit" -l until -d 'Đến lúc / not after (RFC 3339)' -r
complete -c luytre -n "__fish_luytre_using_subcommand audit" -l limit -d 'Nhiều nhất bao nhiêu dòng / at most so many lines' -r
complete -c luytre -n "__fish_luytre_using_subcommand audit" -l json -d 'JSON ra tệp hoặc - / JSON to a file or -' -r
complete -c luytre -n "__fish_luytre_using_subcommand audit" -l dir -d 'Thư mục làm việc / workspace [default: $LUYTRE_DIR, or the nearest folder with luytre.toml]' -r -F
complete -c luytre -n "__fish_luytre_using_subcommand audit" -l lang -d 'Ngôn ngữ / language' -r -f -a "vi\t'Tiếng Việt'
en\t'English'"
complete -c luytre -n "__fish_luytre_using_subcommand audit" -l as -d 'Người thực hiện, ghi vào nhật ký / who acts, for the audit log [default: the system user]' -r
complete -c luytre -n "__fish_luytre_using_subcommand audit" -s q -l quiet -d 'Chỉ in lỗi / say nothing but errors'
complete -c luytre -n "__fish_luytre_using_subcommand audit" -s v -l verbose -d 'Nói nhiều hơn / say more (-vv, -vvv)'
complete -c luytre -n "__fish_luytre_using_subcommand audit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c luytre -n "__fish_luytre_using_subcommand generate" -l lang -d 'Ngôn ngữ / language' -r -f -a "vi\t'Tiếng Việt'
en\t'English'"
complete -c luytre -n "__fish_luytre_using_subcommand generate" -l as -d 'Người thực hiện, ghi vào nhật ký / who acts, for the audit log [default: the system user]' -r
complete -c luytre -n "__fish_luytre_using_subcommand generate" -s q -l quiet -d 'Chỉ in lỗi / say nothing but errors'
complete -c luytre -n "__fish_luytre_using_subcommand generate" -s v -l verbose -d 'Nói nhiều hơn / say more (-vv, -vvv)'
complete -c luytre -n "__fish_luytre_using_subcommand generate" -s h -l help -d 'Print help (see more with \'--help\')'
